package io.github.hibernateredis.codec;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Converter;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapsId;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Temporal;
import jakarta.persistence.TemporalType;
import jakarta.persistence.Version;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URL;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Year;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.Currency;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TimeZone;
import java.util.UUID;
import org.hibernate.annotations.Any;
import org.hibernate.annotations.AnyDiscriminatorValue;
import org.hibernate.annotations.AnyKeyJavaClass;
import org.hibernate.annotations.CollectionId;
import org.hibernate.annotations.CollectionIdJdbcTypeCode;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.annotations.NaturalId;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.type.SqlTypes;
import org.hibernate.type.descriptor.WrapperOptions;
import org.hibernate.type.descriptor.java.JavaType;
import org.hibernate.type.format.FormatMapper;
import org.hibernate.usertype.EnhancedUserType;
import org.hibernate.usertype.UserType;

/** A mapping with an attribute of every kind. */
@SuppressWarnings({"deprecation", "removal"}) // deprecated kinds of attributes must work too
final class CodecDomain {

    private CodecDomain() {}

    static final Class<?>[] ENTITIES = {
        Everything.class, Animal.class, Dog.class, Cat.class, Owner.class, Shelf.class, Detail.class,
        ByString.class, ByUuid.class, ByEnum.class, ByDecimal.class, ByBytes.class, ByDate.class, ByDay.class,
        ByChar.class, ByCode.class, ByEmbedded.class, ByIdClass.class, BySharedId.class, Book.class, Ticket.class,
        Document.class, Car.class, Wheel.class, Loose.class, Plan.class
    };

    enum Color {
        RED,
        GREEN {
            @Override
            public String toString() {
                return "a constant with a body";
            }
        },
        BLUE
    }

    /** Its class is mapped by a converter. */
    record Money(BigDecimal amount, Currency currency) implements Serializable {}

    @Converter
    static class MoneyConverter implements AttributeConverter<Money, String> {
        @Override
        public String convertToDatabaseColumn(Money money) {
            return money == null ? null : money.amount() + " " + money.currency();
        }

        @Override
        public Money convertToEntityAttribute(String text) {
            if (text == null) {
                return null;
            }
            String[] parts = text.split(" ");
            return new Money(new BigDecimal(parts[0]), Currency.getInstance(parts[1]));
        }
    }

    /** Its class has no constructor without parameters and is mapped by a user type. */
    static final class Rgb implements Serializable {
        private static final long serialVersionUID = 1L;
        final int red;
        final int green;
        final Integer blue;

        Rgb(int red, int green, Integer blue) {
            this.red = red;
            this.green = green;
            this.blue = blue;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Rgb that
                    && red == that.red
                    && green == that.green
                    && Objects.equals(blue, that.blue);
        }

        @Override
        public int hashCode() {
            return Objects.hash(red, green, blue);
        }
    }

    public static class RgbType implements UserType<Rgb> {
        @Override
        public int getSqlType() {
            return Types.VARCHAR;
        }

        @Override
        public Class<Rgb> returnedClass() {
            return Rgb.class;
        }

        @Override
        public boolean equals(Rgb x, Rgb y) {
            return Objects.equals(x, y);
        }

        @Override
        public int hashCode(Rgb x) {
            return x.hashCode();
        }

        @Override
        public Rgb nullSafeGet(ResultSet rs, int position, SharedSessionContractImplementor session, Object owner)
                throws SQLException {
            return parse(rs.getString(position));
        }

        @Override
        public Rgb nullSafeGet(ResultSet rs, int position, WrapperOptions options) throws SQLException {
            return parse(rs.getString(position));
        }

        private static Rgb parse(String text) {
            if (text == null) {
                return null;
            }
            String[] parts = text.split(",");
            return new Rgb(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
        }

        @Override
        public void nullSafeSet(PreparedStatement st, Rgb value, int index, SharedSessionContractImplementor session)
                throws SQLException {
            set(st, value, index);
        }

        @Override
        public void nullSafeSet(PreparedStatement st, Rgb value, int index, WrapperOptions options)
                throws SQLException {
            set(st, value, index);
        }

        private static void set(PreparedStatement st, Rgb value, int index) throws SQLException {
            st.setString(index, value == null ? null : value.red + "," + value.green + "," + value.blue);
        }

        @Override
        public Rgb deepCopy(Rgb value) {
            return value;
        }

        @Override
        public boolean isMutable() {
            return false;
        }

        @Override
        public Serializable disassemble(Rgb value) {
            return value;
        }

        @Override
        public Rgb assemble(Serializable cached, Object owner) {
            return (Rgb) cached;
        }
    }

    /** Mapped to a document; the class of its parts is in no mapping. */
    static class Profile {
        String nick;
        Part part;

        Profile(String nick, Part part) {
            this.nick = nick;
            this.part = part;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Profile that && nick.equals(that.nick) && part.equals(that.part);
        }

        @Override
        public int hashCode() {
            return nick.hashCode();
        }
    }

    record Part(int number) {}

    /** The minimal format for {@link Profile}. */
    public static class ProfileFormat implements FormatMapper {
        @Override
        public <T> T fromString(CharSequence text, JavaType<T> javaType, WrapperOptions options) {
            String[] parts = text.toString().replaceAll("[^a-z0-9,]", "").split(",");
            return javaType.getJavaTypeClass().cast(new Profile(parts[0], new Part(Integer.parseInt(parts[1]))));
        }

        @Override
        public <T> String toString(T value, JavaType<T> javaType, WrapperOptions options) {
            Profile profile = (Profile) value;
            return "[\"" + profile.nick + "\"," + profile.part.number() + "]";
        }
    }

    /** Mapped as serialized bytes. */
    static class Gadget implements Serializable {
        private static final long serialVersionUID = 1L;
        String name;
        List<Gadget> parts = new ArrayList<>();
        Gadget owner;
        transient String scratch;

        Gadget(String name) {
            this.name = name;
        }
    }

    @Embeddable
    static class Address {
        String street;
        int number;
        Geo geo;

        Address() {}

        Address(String street, int number, Geo geo) {
            this.street = street;
            this.number = number;
            this.geo = geo;
        }
    }

    @Embeddable
    static class Geo {
        Double lat;
        Double lon;

        Geo() {}

        Geo(Double lat, Double lon) {
            this.lat = lat;
            this.lon = lon;
        }
    }

    @Entity(name = "Everything")
    static class Everything {
        @Id
        Long id;

        @Version
        int version;

        boolean flag;
        byte tiny;
        short small;
        int medium;
        long big;
        float real;
        double exact;
        char letter;
        Boolean boxedFlag;
        Byte boxedTiny;
        Short boxedSmall;
        Integer boxedMedium;
        Long boxedBig;
        Float boxedReal;
        Double boxedExact;
        Character boxedLetter;
        String text;
        BigDecimal decimal;
        BigInteger integer;
        UUID uuid;
        Color color;

        @Enumerated(EnumType.STRING)
        Color namedColor;

        LocalDate localDate;
        LocalTime localTime;
        LocalDateTime localDateTime;
        Instant instant;
        OffsetDateTime offsetDateTime;
        ZonedDateTime zonedDateTime;
        OffsetTime offsetTime;
        Duration duration;
        Year year;
        ZoneId zone;
        ZoneOffset zoneOffset;

        @Temporal(TemporalType.TIMESTAMP)
        Date date;

        @Temporal(TemporalType.DATE)
        Date day;

        java.sql.Date sqlDate;
        Time sqlTime;
        Timestamp sqlTimestamp;
        Calendar calendar;
        TimeZone timeZone;
        Locale locale;
        Currency currency;
        byte[] bytes;
        Byte[] boxedBytes;
        char[] chars;
        Character[] boxedChars;
        URL url;
        InetAddress address;
        String[] texts;
        int[] numbers;
        UUID[] uuids;
        Color[] colors;
        List<String> words;

        @Convert(converter = MoneyConverter.class)
        Money money;

        @Convert(converter = MoneyConverter.class)
        @Immutable
        Money price;

        @org.hibernate.annotations.Type(RgbType.class)
        Rgb rgb;

        @JdbcTypeCode(SqlTypes.JSON)
        Profile profile;

        @Column(length = 4000)
        Gadget gadget;

        Address home;

        @ManyToOne
        Animal pet;

        @ManyToOne
        ByEmbedded composite;

        @Any
        @AnyKeyJavaClass(Long.class)
        @AnyDiscriminatorValue(discriminator = "D", entity = Dog.class)
        @AnyDiscriminatorValue(discriminator = "O", entity = Owner.class)
        @JoinColumn(name = "any_id")
        @Column(name = "any_type")
        Object any;
    }

    @Entity(name = "Animal")
    static class Animal {
        @Id
        Long id;

        String name;

        Animal() {}

        Animal(Long id, String name) {
            this.id = id;
            this.name = name;
        }
    }

    @Entity(name = "Dog")
    static class Dog extends Animal {
        int bones;

        Dog() {}

        Dog(Long id, String name, int bones) {
            super(id, name);
            this.bones = bones;
        }
    }

    @Entity(name = "Cat")
    static class Cat extends Animal {
        LocalDate lastSeen;
        Color fur;
    }

    @Entity(name = "Owner")
    static class Owner {
        @Id
        Long id;

        @OneToMany
        List<Animal> animals = new ArrayList<>();

        @ElementCollection
        @OrderColumn
        List<String> lines = new ArrayList<>();

        @ElementCollection
        Set<Color> colors = new HashSet<>();

        @ElementCollection
        Map<String, Address> addresses = new LinkedHashMap<>();

        @ElementCollection
        @OrderColumn
        String[] labels;

        @OneToOne(mappedBy = "owner")
        Detail detail;
    }

    @Entity(name = "Detail")
    static class Detail {
        @Id
        Long id;

        @OneToOne
        Owner owner;

        String text;
    }

    @Entity(name = "Shelf")
    static class Shelf {
        @Id
        Long id;

        @ElementCollection
        @CollectionId(column = @Column(name = "row_id"), generator = "increment")
        @CollectionIdJdbcTypeCode(Types.BIGINT)
        java.util.Collection<String> things = new ArrayList<>();
    }

    /** The ORM generates attributes for its wheels. */
    @Entity(name = "Car")
    static class Car {
        @Id
        Long id;

        @OneToMany
        @JoinColumn(nullable = false)
        @OrderColumn
        List<Wheel> wheels = new ArrayList<>();
    }

    @Entity(name = "Wheel")
    static class Wheel {
        @Id
        Long id;
    }

    /** Has an attribute for any serializable object. */
    @Entity(name = "Loose")
    static class Loose {
        @Id
        Long id;

        @JdbcTypeCode(SqlTypes.VARBINARY)
        Serializable anything;
    }

    enum Kind {
        FIRST,
        SECOND
    }

    @Embeddable
    static class Step implements Serializable {
        private static final long serialVersionUID = 1L;
        Kind kind;
        Inner inner;

        Step() {}

        Step(Kind kind, Inner inner) {
            this.kind = kind;
            this.inner = inner;
        }
    }

    @Embeddable
    static class Inner implements Serializable {
        private static final long serialVersionUID = 1L;
        Color shade;

        Inner() {}

        Inner(Color shade) {
            this.shade = shade;
        }
    }

    /** Embeddables in one column, with enums that have no other mapping. */
    @Entity(name = "Plan")
    static class Plan {
        @Id
        Long id;

        @JdbcTypeCode(SqlTypes.JSON_ARRAY)
        Step[] steps;
    }

    @Entity(name = "ByString")
    static class ByString {
        @Id
        String id;
    }

    @Entity(name = "ByUuid")
    static class ByUuid {
        @Id
        UUID id;
    }

    @Entity(name = "ByEnum")
    static class ByEnum {
        @Id
        Color id;
    }

    @Entity(name = "ByDecimal")
    static class ByDecimal {
        @Id
        BigDecimal id;
    }

    @Entity(name = "ByBytes")
    static class ByBytes {
        @Id
        byte[] id;
    }

    @Entity(name = "ByDate")
    static class ByDate {
        @Id
        @Temporal(TemporalType.TIMESTAMP)
        Date id;
    }

    @Entity(name = "ByDay")
    static class ByDay {
        @Id
        LocalDate id;
    }

    @Entity(name = "ByChar")
    static class ByChar {
        @Id
        Character id;
    }

    /** Its class is mapped and printed by a user type. */
    record Code(String value) implements Serializable {}

    public static class CodeType implements EnhancedUserType<Code> {
        @Override
        public String toSqlLiteral(Code code) {
            return '\'' + code.value() + '\'';
        }

        @Override
        public String toString(Code code) {
            return code.value();
        }

        @Override
        public Code fromStringValue(CharSequence text) {
            return new Code(text.toString());
        }

        @Override
        public int getSqlType() {
            return Types.VARCHAR;
        }

        @Override
        public Class<Code> returnedClass() {
            return Code.class;
        }

        @Override
        public boolean equals(Code x, Code y) {
            return Objects.equals(x, y);
        }

        @Override
        public int hashCode(Code x) {
            return x.hashCode();
        }

        @Override
        public Code nullSafeGet(ResultSet rs, int position, SharedSessionContractImplementor session, Object owner)
                throws SQLException {
            return new Code(rs.getString(position));
        }

        @Override
        public Code nullSafeGet(ResultSet rs, int position, WrapperOptions options) throws SQLException {
            return new Code(rs.getString(position));
        }

        @Override
        public void nullSafeSet(PreparedStatement st, Code value, int index, SharedSessionContractImplementor session)
                throws SQLException {
            st.setString(index, value.value());
        }

        @Override
        public void nullSafeSet(PreparedStatement st, Code value, int index, WrapperOptions options)
                throws SQLException {
            st.setString(index, value.value());
        }

        @Override
        public Code deepCopy(Code value) {
            return value;
        }

        @Override
        public boolean isMutable() {
            return false;
        }

        @Override
        public Serializable disassemble(Code value) {
            return value;
        }

        @Override
        public Code assemble(Serializable cached, Object owner) {
            return (Code) cached;
        }
    }

    @Entity(name = "ByCode")
    static class ByCode {
        @Id
        @org.hibernate.annotations.Type(CodeType.class)
        Code id;
    }

    @Embeddable
    static class Place implements Serializable {
        private static final long serialVersionUID = 1L;
        String town;
        int house;

        @Embeddable
        static class Inner implements Serializable {
            private static final long serialVersionUID = 1L;
            String floor;
            Color door;
        }

        Inner inner;

        Place() {}

        Place(String town, int house, String floor, Color door) {
            this.town = town;
            this.house = house;
            this.inner = new Inner();
            this.inner.floor = floor;
            this.inner.door = door;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Place that
                    && town.equals(that.town)
                    && house == that.house
                    && inner.floor.equals(that.inner.floor)
                    && inner.door == that.inner.door;
        }

        @Override
        public int hashCode() {
            return Objects.hash(town, house);
        }
    }

    @Entity(name = "ByEmbedded")
    static class ByEmbedded {
        @EmbeddedId
        Place id;

        @NaturalId
        String code;

        ByEmbedded() {}

        ByEmbedded(Place id, String code) {
            this.id = id;
            this.code = code;
        }
    }

    static class LineKey implements Serializable {
        private static final long serialVersionUID = 1L;
        Long order;
        int number;

        LineKey() {}

        LineKey(Long order, int number) {
            this.order = order;
            this.number = number;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof LineKey that && order.equals(that.order) && number == that.number;
        }

        @Override
        public int hashCode() {
            return number;
        }
    }

    @Entity(name = "ByIdClass")
    @IdClass(LineKey.class)
    static class ByIdClass {
        @Id
        @ManyToOne
        @JoinColumn(name = "order_id")
        Owner order;

        @Id
        @Column(name = "line_number")
        int number;

        String text;
    }

    @Entity(name = "BySharedId")
    static class BySharedId {
        @Id
        Long id;

        @MapsId
        @OneToOne
        Owner owner;
    }

    @Entity(name = "Book")
    static class Book {
        @Id
        Long id;

        @NaturalId
        String isbn;

        Book() {}

        Book(Long id, String isbn) {
            this.id = id;
            this.isbn = isbn;
        }
    }

    @Entity(name = "Ticket")
    static class Ticket {
        @Id
        UUID id;

        @NaturalId(mutable = true)
        String zone;

        @NaturalId(mutable = true)
        Color color;

        @NaturalId(mutable = true)
        @ManyToOne
        Animal animal;
    }

    /** Has large objects that are bound to their connection. */
    @Entity(name = "Document")
    static class Document {
        @Id
        Long id;

        java.sql.Blob blob;
    }
}
