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
 * What a mapped type announces of its values' disassembled form. The ORM casts what it gets from a cache, so a value of
 * another class, which only bytes that were made up can hold, would fail in the midst of a load rather than be a miss.
 *
 * @param stored the class of the disassembled form
 * @param trial assembles values, where their class alone does not tell whether that succeeds; null if there is nothing to try
 */
record DeclaredType(Class<?> stored, @Nullable Type trial) {

    /** Says nothing: what the mapping does not know either. */
    static final DeclaredType ANYTHING = new DeclaredType(Object.class, null);

    /** Nulls only. */
    static final DeclaredType NOTHING = new DeclaredType(Void.class, null);

    static final DeclaredType ANY_REFERENCE = new DeclaredType(AnyType.ObjectTypeCacheEntry.class, null);

    /** Of a type that alone knows the disassembled form. */
    static DeclaredType byTrial(Type type) {
        return new DeclaredType(Object.class, type);
    }

    static DeclaredType of(BasicType<?> basic) {
        Class<?> type = basic.getJavaTypeDescriptor().getJavaTypeClass();
        boolean subclassOfEmbeddable = basic instanceof DiscriminatorType<?>; // stands in its relational form
        if (type == null || type.isPrimitive() || subclassOfEmbeddable) {
            return ANYTHING;
        } else if (!keepsValues(basic)) {
            return byTrial(basic);
        } else if (Date.class.isAssignableFrom(type)) {
            // Plain dates stand beside those of java.sql, whatever the descriptor says; but not each is copied for
            // each.
            return new DeclaredType(Date.class, basic);
        }
        return new DeclaredType(type, null);
    }

    /** Whether the disassembled form is the value itself or a copy. */
    private static boolean keepsValues(BasicType<?> basic) {
        // A user type, or a mutability plan that only the type knows, not its Java type.
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

    /** Whether a value that was read can be handed to the ORM. */
    boolean admits(Object value) {
        return stored.isInstance(value) && (trial == null || canBeAssembled(trial, value));
    }

    /** Whether a value may be stored; those that are of the ORM's or the user's own making may. */
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
            return true; // a user type may want the owner, which only the ORM has
        } catch (RuntimeException e) {
            return false;
        }
    }
}
