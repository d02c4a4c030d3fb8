package io.github.hibernateredis.codec;

import java.io.Serializable;
import java.lang.reflect.Method;
import java.util.Date;
import org.hibernate.SharedSessionContract;
import org.hibernate.metamodel.mapping.DiscriminatorType;
import org.hibernate.type.AnyType;
import org.hibernate.type.BasicType;
import org.hibernate.type.Type;
import org.hibernate.type.descriptor.java.ImmutableMutabilityPlan;
import org.hibernate.type.descriptor.java.MutabilityPlan;
import org.hibernate.type.descriptor.java.MutableMutabilityPlan;
import org.jspecify.annotations.Nullable;

/**
 * The disassembled form that a mapped type declares for its values. The ORM casts a value from the cache. A value of
 * another class, which only forged bytes can contain, would fail during a load instead of being a miss.
 *
 * @param stored the class of the disassembled form
 * @param trial assembles a value, if its class alone does not show whether that succeeds; null if no trial is needed
 */
record DeclaredType(Class<?> stored, @Nullable Type trial) {

    /** No declaration: the mapping does not determine the class. */
    static final DeclaredType ANYTHING = new DeclaredType(Object.class, null);

    /** Only nulls. */
    static final DeclaredType NOTHING = new DeclaredType(Void.class, null);

    static final DeclaredType ANY_REFERENCE = new DeclaredType(AnyType.ObjectTypeCacheEntry.class, null);

    /** For a type that is the only code to know its disassembled form. */
    static DeclaredType byTrial(Type type) {
        return new DeclaredType(Object.class, type);
    }

    static DeclaredType of(BasicType<?> basic) {
        Class<?> type = basic.getJavaTypeDescriptor().getJavaTypeClass();
        boolean subclassOfEmbeddable = basic instanceof DiscriminatorType<?>; // is stored in its relational form
        if (type == null || type.isPrimitive() || subclassOfEmbeddable) {
            return ANYTHING;
        } else if (!keepsValues(basic)) {
            return byTrial(basic);
        } else if (Date.class.isAssignableFrom(type)) {
            // Plain dates are accepted in place of those of java.sql, whatever the descriptor says; but not each type
            // copies each of them.
            return new DeclaredType(Date.class, basic);
        }
        return new DeclaredType(type, null);
    }

    /** Whether the disassembled form is the value itself or a copy. */
    private static boolean keepsValues(BasicType<?> basic) {
        // A user type, or a mutability plan of the type instead of its Java type.
        String kind = basic.getClass().getSimpleName();
        if (!basic.getClass().getName().startsWith("org.hibernate.")
                || kind.startsWith("Custom")
                || kind.equals("UserType")) {
            return false;
        }
        MutabilityPlan<?> plan = basic.getJavaTypeDescriptor().getMutabilityPlan();
        try {
            Method method = plan.getClass().getMethod("disassemble", Object.class, SharedSessionContract.class);
            return method.getDeclaringClass() == MutableMutabilityPlan.class
                    || method.getDeclaringClass() == ImmutableMutabilityPlan.class;
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    /** Whether a value that was read may be passed to the ORM. */
    boolean admits(Object value) {
        return stored.isInstance(value) && (trial == null || canBeAssembled(trial, value));
    }

    /** Whether a value may be stored. Values that the ORM or the user's code has produced may be. */
    boolean storable(Object value) {
        return stored.isInstance(value);
    }

    private boolean canBeAssembled(Type trial, Object value) {
        try {
            Object assembled = trial.assemble((Serializable) value, null, null);
            return assembled == null
                    || stored == Date.class
                    || trial.getReturnedClass().isInstance(assembled);
        } catch (NullPointerException e) {
            return true; // a user type may need the owner, which only the ORM has
        } catch (RuntimeException e) {
            return false;
        }
    }
}
