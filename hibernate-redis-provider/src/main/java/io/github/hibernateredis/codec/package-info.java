/**
 * Objects to bytes and back, and the names under which they are stored.
 *
 * <p><b>Values.</b> {@link io.github.hibernateredis.codec.Codecs} makes one {@link
 * io.github.hibernateredis.codec.ValueCodec} per access role from the ORM's runtime metamodel. A stored body is
 * <pre>[4 bytes CRC32C over (fingerprint, form, payload)] [1 byte form: plain, deflate, lz4] [payload]</pre>
 * where the fingerprint describes the mapping (attribute names, types and order, subclasses, the class list) and is
 * equal on every JVM that runs the same mapping. Bytes written under another mapping, by another version of this
 * format, or damaged on the way therefore do not match and count as a miss. State is written by position: two bits per
 * attribute, then a typed form without any names. A value that is not of the class that the mapping declares is
 * written in a self-describing form instead, and one that no built-in form covers as a Kryo graph.
 *
 * <p><b>Hostile bytes.</b> Only classes that the mapping names, a fixed list of JDK value classes and those that the
 * setting {@code hibernate.cache.redis.allowed_classes} adds are ever instantiated; Java serialization is never used. A
 * length that is read is checked against what remains of the input before anything is allocated, nesting is bounded, so
 * are the steps that it takes to walk shared objects, and nothing expands more than 32 times when it is decompressed.
 * Decoding never throws.
 *
 * <p><b>Keys.</b> {@link io.github.hibernateredis.codec.EntryKeys} turns identifiers, natural ids and collection keys
 * into canonical, readable names, {@link io.github.hibernateredis.codec.QueryKeys} a query and its parameters into a
 * hash; both are equal on every JVM.
 *
 * <p>Kryo is seen in this package only, and Redisson not at all. Everything here is thread safe.
 */
@NullMarked
package io.github.hibernateredis.codec;

import org.jspecify.annotations.NullMarked;
