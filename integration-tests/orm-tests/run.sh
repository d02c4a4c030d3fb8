#!/usr/bin/env bash
# Runs them: run.sh CLASSPATH NAME. The reports go to the folder NAME, the log to NAME.log.
sed 's#\.java$##; s#/#.#g; s#^#--select-class=#' selected > arguments
java -Xmx3g --add-opens java.base/java.nio.charset=ALL-UNNAMED --add-opens java.base/java.security=ALL-UNNAMED \
    --add-opens java.base/java.lang=ALL-UNNAMED -Dlog4j2.disableJmx=true -DmaxParallelForks=1 \
    -Dhibernate.testing.bytecode.enhancement.extension.engine.enabled=true -cp "$1:lib/*" \
    org.junit.platform.console.ConsoleLauncher execute @arguments --details=none --reports-dir=$2 > $2.log 2>&1
tail -8 $2.log
