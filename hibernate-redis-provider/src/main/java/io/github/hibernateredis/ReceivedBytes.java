package io.github.hibernateredis;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.function.Consumer;
import org.redisson.client.NettyHook;

/**
 * Reports each packet that arrives from a server, so that a server in the middle of a long reply does not count as
 * silent. Thread safe; one instance serves all connections of a client.
 */
@ChannelHandler.Sharable
final class ReceivedBytes extends ChannelInboundHandlerAdapter implements NettyHook {

    private volatile Consumer<String> listener = server -> {};

    /** @param newListener receives the address of the server, on a thread that must not block */
    void setListener(Consumer<String> newListener) {
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
