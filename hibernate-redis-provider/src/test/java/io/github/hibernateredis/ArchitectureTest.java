package io.github.hibernateredis;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import org.jspecify.annotations.NullMarked;

/** Checks which package may use which other package. */
@AnalyzeClasses(packagesOf = ArchitectureTest.class, importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "io.github.hibernateredis";

    @ArchTest
    static final ArchRule redissonIsSeenInRootAndStoreOnly = noClasses()
            .that(not(resideInAnyPackage(ROOT, ROOT + ".store..")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.redisson..");

    @ArchTest
    static final ArchRule kryoIsSeenInCodecOnly = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".codec..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.esotericsoftware..");

    @ArchTest
    static final ArchRule micrometerIsSeenInMetricsOnly = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".metrics..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.micrometer..");

    @ArchTest
    static final ArchRule eventsDependOnNothingOfOursButThemselves = noClasses()
            .that()
            .resideInAPackage(ROOT + ".events..")
            .should()
            .dependOnClassesThat(resideInAPackage(ROOT + "..").and(not(resideInAPackage(ROOT + ".events.."))));

    @ArchTest
    static final ArchRule whatTheInspectorTellsDependsOnNothingOfOurs = noClasses()
            .that()
            .resideInAPackage(ROOT + ".inspection..")
            .should()
            .dependOnClassesThat(resideInAPackage(ROOT + "..").and(not(resideInAPackage(ROOT + ".inspection.."))));

    /** The command line contains no Hibernate, so the classes that it uses must load without it. */
    @ArchTest
    static final ArchRule storeAndInspectionWorkWithoutHibernate = noClasses()
            .that()
            .resideInAnyPackage(ROOT + ".store..", ROOT + ".inspection..", ROOT + ".events..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.hibernate..");

    /** Types that users name: they are in the root package and depend on no other package. */
    private static final DescribedPredicate<JavaClass> VOCABULARY =
            type(RedisSettings.class).or(type(RedisCacheRegion.class)).or(type(UnconfirmedWriteException.class));

    private static final DescribedPredicate<JavaClass> ANYTHING = DescribedPredicate.alwaysTrue();

    @ArchTest
    static final ArchRule vocabularyKnowsOfNothing = noClasses()
            .that(VOCABULARY)
            .should()
            .dependOnClassesThat(resideInAPackage(ROOT + "..").and(not(VOCABULARY)));

    @ArchTest
    static final ArchRule configDependsOnNothingOfOursButItself = noClasses()
            .that()
            .resideInAPackage(ROOT + ".config..")
            .should()
            .dependOnClassesThat(resideInAPackage(ROOT + "..")
                    .and(not(resideInAPackage(ROOT + ".config..")))
                    .and(not(VOCABULARY)));

    @ArchTest
    static final ArchRule codecAndStoreDoNotKnowOfEachOther = noClasses()
            .that()
            .resideInAPackage(ROOT + ".codec..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + ".store..");

    @ArchTest
    static final ArchRule onlyTheRootSeesTheStoreInRedis = noClasses()
            .that(not(resideInAnyPackage(ROOT, ROOT + ".store.redis..")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + ".store.redis..");

    @ArchTest
    static final ArchRule packagesFormNoCycles =
            slices().assignedFrom(new EachPackage()).should().beFreeOfCycles().ignoreDependency(ANYTHING, VOCABULARY);

    /**
     * A cycle between files would make it hard to follow a read or a write. The codecs of nested types may call each
     * other.
     */
    @ArchTest
    static final ArchRule filesFormNoCycles =
            slices().assignedFrom(new EachFile()).should().beFreeOfCycles();

    @ArchTest
    static final ArchRule packagesAreNullMarked = classes()
            .should(ArchCondition.from(describe(
                    "be in a package whose package-info is @NullMarked",
                    (JavaClass type) -> type.getPackage().isAnnotatedWith(NullMarked.class))));

    /** Every package as a slice, including the root package and subpackages. */
    private static final class EachPackage implements SliceAssignment {

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return type.getPackageName().startsWith(ROOT)
                    ? SliceIdentifier.of(type.getPackageName())
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "each package";
        }
    }

    /** Every file of the core as a slice, including nested classes. */
    private static final class EachFile implements SliceAssignment {

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            String name = type.getName();
            int nested = name.indexOf('$');
            return type.getPackageName().startsWith(ROOT)
                            && !type.getPackageName().equals(ROOT)
                            && !type.getPackageName().startsWith(ROOT + ".codec")
                    ? SliceIdentifier.of(nested < 0 ? name : name.substring(0, nested))
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "each file of the core";
        }
    }
}
