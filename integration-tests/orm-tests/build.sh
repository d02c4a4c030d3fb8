#!/usr/bin/env bash
# Compiles the tests that select.sh lists, and what they need.
set -e
tests=hibernate-orm/hibernate-core/src/test
bash select.sh > selected
# Classes that mapping files name, the packages' annotations, and what the ORM's annotation processor has to see.
( cd $tests/java
  ls NoPackageEntity.java
  find . -name package-info.java
  cd org/hibernate/orm/test
  find any/xml cdi/converters hql jpa/criteria/fetchscroll jpa/graphs jpa/model jpa/pack jpa/xml legacy multitenancy \
       onetoone/optional stats EnumType.java -name '*.java' | sed 's#^#org/hibernate/orm/test/#'
) > named
mkdir -p classes shadow
sed "s#^\(\./\)*#$tests/java/#" selected named | sort -u > sources
javac -nowarn -parameters -implicit:class -J-Xmx3g -Xmaxerrs 1000 -d classes -sourcepath $tests/java -cp "lib/*" @sources
( cd $tests/java && find . -type f ! -name '*.java' | tar cf - -T - ) | tar xf - -C classes
cp -r $tests/resources/. classes/
cat > classes/hibernate.properties <<'P'
hibernate.dialect=org.hibernate.dialect.H2Dialect
hibernate.connection.driver_class=org.h2.Driver
hibernate.connection.creator_factory_class=org.hibernate.testing.jdbc.GradleParallelTestingConnectionCreatorFactoryImpl
hibernate.connection.url=jdbc:h2:mem:db1;DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=10000
hibernate.connection.username=sa
hibernate.connection.password=
hibernate.connection.autocommit=false
hibernate.connection.pool_size=5
hibernate.max_fetch_depth=5
hibernate.cache.region_prefix=hibernate.test
hibernate.cache.region.factory_class=org.hibernate.testing.cache.CachingRegionFactory
jakarta.persistence.validation.mode=NONE
hibernate.service.allow_crawling=false
hibernate.query.mutation_strategy.global_temporary.drop_tables=true
P
printf 'appender.out.name=out\nappender.out.type=Console\nrootLogger.level=warn\nrootLogger.appenderRef.out.ref=out\n' > classes/log4j2.properties
javac -nowarn -proc:none -d shadow -cp "lib/*" CachingRegionFactory.java
