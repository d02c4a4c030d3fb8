package io.github.hibernateredis.codec;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.util.List;

/**
 * Serializes the fields of an application's class one after another. Reflection sets them and rejects a value of a
 * wrong class, whatever the bytes contain.
 */
final class FieldsSerializer extends Serializer<Object> {

    private final List<Field> fields;

    FieldsSerializer(Class<?> type) {
        fields = ClassList.fields(type);
        try {
            fields.forEach(field -> field.setAccessible(true));
        } catch (InaccessibleObjectException e) {
            throw new UncacheableValueException(
                    "Objects of class " + type.getName() + " cannot be cached: its fields are not accessible", e);
        }
    }

    @Override
    public void write(Kryo kryo, Output out, Object object) {
        try {
            for (Field field : fields) {
                Class<?> type = field.getType();
                if (!type.isPrimitive()) {
                    kryo.writeClassAndObject(out, field.get(object));
                } else if (type == int.class) {
                    out.writeVarInt(field.getInt(object), false);
                } else if (type == long.class) {
                    out.writeVarLong(field.getLong(object), false);
                } else if (type == boolean.class) {
                    out.writeBoolean(field.getBoolean(object));
                } else if (type == double.class) {
                    out.writeDouble(field.getDouble(object));
                } else if (type == float.class) {
                    out.writeFloat(field.getFloat(object));
                } else if (type == char.class) {
                    out.writeChar(field.getChar(object));
                } else if (type == short.class) {
                    out.writeShort(field.getShort(object));
                } else {
                    out.writeByte(field.getByte(object));
                }
            }
        } catch (IllegalAccessException e) {
            throw new KryoException(e);
        }
    }

    @Override
    public Object read(Kryo kryo, Input in, Class<? extends Object> objectType) {
        Object object = kryo.newInstance(objectType);
        kryo.reference(object);
        try {
            for (Field field : fields) {
                Class<?> type = field.getType();
                if (!type.isPrimitive()) {
                    field.set(object, kryo.readClassAndObject(in));
                } else if (type == int.class) {
                    field.setInt(object, in.readVarInt(false));
                } else if (type == long.class) {
                    field.setLong(object, in.readVarLong(false));
                } else if (type == boolean.class) {
                    field.setBoolean(object, in.readBoolean());
                } else if (type == double.class) {
                    field.setDouble(object, in.readDouble());
                } else if (type == float.class) {
                    field.setFloat(object, in.readFloat());
                } else if (type == char.class) {
                    field.setChar(object, in.readChar());
                } else if (type == short.class) {
                    field.setShort(object, in.readShort());
                } else {
                    field.setByte(object, in.readByte());
                }
            }
        } catch (IllegalAccessException e) {
            throw new KryoException(e);
        }
        return object;
    }
}
