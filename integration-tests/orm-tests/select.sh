#!/usr/bin/env bash
# Lists the tests of Hibernate ORM that use its second-level cache.
cd hibernate-orm/hibernate-core/src/test/java
uses='@Cache\(|@Cacheable|@NaturalIdCache|setCacheable\(|CacheMode\.|Cache(Store|Retrieve)Mode|SharedCacheMode|USE_(SECOND_LEVEL|QUERY)_CACHE|cache\.(spi|use_)|testing\.cache'
cd org/hibernate/orm/test
{ grep -rlE "$uses" . | xargs grep -lE '@(Parameterized)?Test\b'
  find cache querycache caching mapping/naturalid jpa/cacheable onetoone/cache onetomany propertyref multitenancy \
       exceptionhandling readonly stats jpa/lock jpa/txn hbm/query -name '*Test*.java' | xargs grep -lE 'class \w*Tests? ' ; } |
    xargs grep -LE '^(public )?abstract class' |
    sed 's#^\(\./\)*#org/hibernate/orm/test/#' | sort -u
