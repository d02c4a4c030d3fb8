package io.github.hibernateredis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseNameTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            jdbc:h2:mem:shop;DB_CLOSE_DELAY=-1;PASSWORD=x        | jdbc:h2:mem:shop
            jdbc:h2:/var/data/shop                               | jdbc:h2:/var/data/shop
            jdbc:postgresql://db.example.com:5432/shop?user=me&password=x | jdbc:postgresql://db.example.com:5432/shop
            jdbc:postgresql://me:s3cr:et@db:5432/shop            | jdbc:postgresql://db:5432/shop
            jdbc:mysql://me:x@one:3306,two:3306/shop             | jdbc:mysql://one:3306,two:3306/shop
            jdbc:mysql://address=(host=one)(user=me)(password=x)/shop | jdbc:mysql://address=(host=one)(user=***)(password=***)/shop
            jdbc:sqlserver://db:1433;databaseName=shop;password=x | jdbc:sqlserver://db:1433
            jdbc:oracle:thin:me/x@//db:1521/shop                 | jdbc:oracle:thin://db:1521/shop
            jdbc:oracle:thin:@db:1521:shop                       | jdbc:oracle:thin:db:1521:shop
            """)
    void namesTheDatabaseWithoutSecrets(String url, String shown) {
        assertThat(DatabaseName.withoutSecrets(url)).isEqualTo(shown);
    }
}
