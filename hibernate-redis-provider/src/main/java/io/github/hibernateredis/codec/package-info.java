/**
 * Converts objects to bytes and back, and builds the names under which they are stored.
 *
 * <p><b>Values.</b> {@link io.github.hibernateredis.codec.Codecs} creates one
 * {@link io.github.hibernateredis.codec.ValueCodec} per access role from the ORM's runtime metamodel. A stored body is
 * <pre>[4 bytes CRC32C over (fingerprint, form, payload)] [1 byte form: plain, deflate, lz4] [payload]</pre>
 * The fingerprint describes the mapping (attribute names, types and order, subclasses, the class list). It is the same
 * on every JVM with the same mapping. Bytes that were written with another mapping or another version of this format,
 * or that are damaged, do not match it and count as a miss. State is written by position: two bits per attribute, then
 * a typed form without names. A value that is not of the class that the mapping declares is written in a
 * self-describing form. A value without a built-in form is written as a Kryo graph.
 *
 * <p><b>Hostile bytes.</b> Decoding only creates instances of the classes in the mapping, of a fixed list of JDK value
 * classes, and of the classes in the setting {@code hibernate.cache.redis.allowed_classes}. Java serialization is never
 * used. Every length is checked against the remaining input before memory is allocated. The nesting is bounded, and so
 * are the steps for walking shared objects. Nothing expands more than 32 times when it is decompressed. Decoding never
 * throws.
 *
 * <p><b>Keys.</b> {@link io.github.hibernateredis.codec.EntryKeys} converts identifiers, natural ids and collection
 * keys into canonical, readable names; {@link io.github.hibernateredis.codec.QueryKeys} converts a query and its
 * parameters into a hash. Both are the same on every JVM.
 *
 * <p>Only this package uses Kryo, and it does not use Redisson. Everything here is thread safe.
 */
@NullMarked
package io.github.hibernateredis.codec;

import org.jspecify.annotations.NullMarked;
