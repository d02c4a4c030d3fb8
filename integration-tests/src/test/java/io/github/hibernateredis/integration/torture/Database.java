package io.github.hibernateredis.integration.torture;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The database's part of the check: triggers that record every value of every register, and the current values of the
 * registers. PostgreSQL only.
 */
final class Database {

    /** The column of a table that is a register. */
    private record Column(String table, String column, String register) {}

    private static final List<Column> COLUMNS = List.of(
            new Column("Account", "number", "account"),
            new Column("Account", "code", "code"),
            new Column("Posting", "number", "posting"),
            new Column("Posting", "account_id", "owner"),
            new Column("Counter", "number", "counter"),
            new Column("LooseCounter", "number", "loose"),
            new Column("RepeatableCounter", "number", "repeatable"),
            new Column("FixedCounter", "number", "fixed"),
            new Column("SplitCounter", "left_number", "left"),
            new Column("SplitCounter", "right_number", "right"));

    private final String url;

    Database(String url) {
        this.url = url;
    }

    /** Installs the triggers on the tables, which must exist and be empty. */
    void watch() {
        execute("drop table if exists audit");
        execute("create table audit (position bigserial primary key, register text, value text, transaction text)");
        execute("""
                create or replace function note() returns trigger language plpgsql as $$
                declare
                  before jsonb := case when tg_op = 'INSERT' then '{}' else to_jsonb(old) end;
                  after jsonb := case when tg_op = 'DELETE' then '{}' else to_jsonb(new) end;
                begin
                  if tg_op = 'INSERT' or before ->> tg_argv[1] is distinct from after ->> tg_argv[1] then
                    insert into audit (register, value, transaction) values (
                      tg_argv[0] || ':' || coalesce(after ->> 'id', before ->> 'id'),
                      coalesce(after ->> tg_argv[1], 'none'),
                      current_setting('history.transaction', true));
                  end if;
                  return null;
                end $$""");
        execute("""
                create or replace function note_item() returns trigger language plpgsql as $$
                declare
                  item jsonb := to_jsonb(case when tg_op = 'DELETE' then old else new end);
                begin
                  insert into audit (register, value, transaction) values (
                    'item:' || (item ->> 'basket_id') || '-' || (item ->> 'items'),
                    case when tg_op = 'DELETE' then 'none' else '1' end,
                    current_setting('history.transaction', true));
                  return null;
                end $$""");
        execute("create trigger note_item after insert or delete on Basket_items"
                + " for each row execute function note_item()");
        for (Column column : COLUMNS) {
            execute("create trigger note_" + column.register + " after insert or update or delete on " + column.table
                    + " for each row execute function note('" + column.register + "', '" + column.column + "')");
        }
    }

    /**
     * Gives the current transaction of the connection a name, for the triggers. The first statement of a transaction.
     */
    static void name(Connection connection, String transaction) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select set_config('history.transaction', ?, true)")) {
            statement.setString(1, transaction);
            statement.execute();
        }
    }

    /** Adds the records of the triggers. */
    void replay(History history) {
        query(
                "select register, value, transaction from audit order by position",
                row -> history.wrote(row.getString(1), row.getString(2), row.getString(3)));
    }

    /** The current values of all registers. */
    Map<String, String> current() {
        Map<String, String> values = new LinkedHashMap<>();
        for (Column column : COLUMNS) {
            query("select id, " + column.column + " from " + column.table, row -> {
                String value = row.getString(2);
                values.put(column.register + ':' + row.getString(1), value == null ? History.NONE : value);
            });
        }
        query(
                "select Basket_id, items from Basket_items",
                row -> values.put(Workload.item(row.getLong(1), row.getInt(2)), Workload.THERE));
        return values;
    }

    private interface RowReader {

        void read(ResultSet row) throws SQLException;
    }

    private void query(String sql, RowReader reader) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                reader.read(rows);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private void execute(String sql) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }
}
