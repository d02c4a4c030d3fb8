package io.github.hibernateredis;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.function.Consumer;
import org.redisson.client.NettyHook;

/**
 * Tells of everything that comes from a server: one that is in the middle of a long answer is not silent. Thread safe; one for
 * all connections of a client.
 */
@ChannelHandler.Sharable
final class ReceivedBytes extends ChannelInboundHandlerAdapter implements NettyHook {

    private volatile Consumer<String> listener = server -> {};

    /** @param newListener is given the address of the server, on a thread that must not be kept waiting */
    void tell(Consumer<String> newListener) {
        listener = newListener;
    }

    @Override
    public void afterBoostrapInitialization(Bootstrap bootstrap) {}

    @Override
    public void afterChannelInitialization(Channel channel) {
        channel.pipeline().addFirst(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        listener.accept(String.valueOf(context.channel().remoteAddress()));
        context.fireChannelRead(message);
    }
}
