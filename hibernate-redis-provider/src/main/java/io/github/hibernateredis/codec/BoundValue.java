package io.github.hibernateredis.codec;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.metamodel.mapping.JdbcMapping;
import org.hibernate.type.BasicType;
import org.hibernate.type.CustomType;
import org.hibernate.type.descriptor.WrapperOptions;
import org.jspecify.annotations.Nullable;

/**
 * The JDBC value of an object: the value that its type binds to a statement. This value selects the row, so objects
 * with the same JDBC value refer to the same row. A statement that only records its parameters reads the value.
 */
final class BoundValue {

    private static final ClassLoader LOADER = BoundValue.class.getClassLoader();
    private static final Class<?>[] STATEMENT = {PreparedStatement.class};

    private BoundValue() {}

    /** Null if the type binds null or several values, or if it uses more of the statement than its setters. */
    static @Nullable Object of(BasicType<?> type, Object value, SessionFactoryImplementor factory) throws SQLException {
        Recorder recorder = new Recorder();
        PreparedStatement statement = (PreparedStatement) Proxy.newProxyInstance(LOADER, STATEMENT, recorder);
        if (type instanceof CustomType<?> custom) {
            custom.nullSafeSet(statement, value, 1, null);
        } else {
            bind(type, value, statement, factory.getWrapperOptions());
        }
        return recorder.count == 1 ? recorder.bound : null;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // the value belongs to the type
    private static void bind(JdbcMapping type, Object value, PreparedStatement statement, WrapperOptions options)
            throws SQLException {
        type.getJdbcValueBinder().bind(statement, value, 1, options);
    }

    private static final class Recorder implements InvocationHandler {

        private @Nullable Object bound;
        private int count;

        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) {
            if (arguments == null
                    || arguments.length < 2
                    || !method.getName().startsWith("set")
                    || !Integer.valueOf(1).equals(arguments[0])) {
                throw new UnsupportedOperationException(method.getName());
            }
            count++;
            bound = method.getName().equals("setNull") ? null : arguments[1];
            return null;
        }
    }
}
