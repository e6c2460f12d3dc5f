"""Random queries of many kinds, by an attacker with an agency's login who wants more than its share."""

# ruff: noqa: E501 -- statements are easier to compare side by side than broken over lines

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.attack_share import Allowed
from validations.sql import literal

_TEXTS = ("'3601014107800001'", "'postgres'", "'/etc/passwd'", "'pg_hba.conf'", "'dinsos'", "''", "'%'", "'marts'")
_ARGUMENTS = {
    "text": _TEXTS,
    "name": _TEXTS,
    "cstring": _TEXTS,
    "oid": ("1", "1260", "2619", "16384", "'pg_authid'::regclass"),
    "regclass": ("'pg_authid'::regclass", "'pg_statistic'::regclass"),
    "integer": ("0", "1", "-1", "1260"),
    "bigint": ("0", "1", "1000"),
    "boolean": ("true", "false"),
    "smallint": ("1::smallint",),
    "xml": ("'<a/>'::xml",),
    "anyelement": ("1",),
    "internal": ("null",),
}
_UNWRITTEN = ("nik", "no_kk", "name", "person_name", "head_name", "address", "mother_name", "*")


@dataclass(frozen=True)
class Query:
    """One attack. forbidden: if it succeeds, the login has too many privileges. table, columns: set for a plain query
    of an own table, whose rows are known.
    """

    kind: str
    sql: str
    forbidden: bool = False
    table: str | None = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Target:
    """What the attacker has found out: tables of other schemas, the server's relations, functions with the types of
    their arguments, and other roles.
    """

    elsewhere: Sequence[str]
    catalogue: Sequence[str]
    functions: Sequence[tuple[str, Sequence[str]]]
    roles: Sequence[str]


class Attacker:
    """Draws queries. The same seed draws the same ones."""

    def __init__(self, allowed: Allowed, target: Target, seed: int) -> None:
        self._mine, self._target, self._chance = allowed, target, random.Random(f"{seed} {allowed.role}")
        self._kinds: list[Callable[[], Query]] = [
            self._own, self._own, self._own, self._disguised, self._elsewhere, self._elsewhere, self._unknown,
            self._catalogue, self._catalogue, self._function, self._function, self._copy, self._write, self._become,
            self._define, self._large_object, self._file, self._outside, self._xml, self._error, self._plan,
            self._sizes, self._setting, self._prepared, self._cursor,
        ]  # fmt: skip

    def query(self) -> Query:
        return self._pick(self._kinds)()

    def _pick(self, among: Sequence) -> Any:
        return among[self._chance.randrange(len(among))]

    def _table(self) -> tuple[str, list[str]]:
        name = self._pick(sorted(self._mine.tables))
        return name, self._mine.tables[name].columns

    def _value(self, name: str, column: str) -> str:
        rows = self._mine.tables[name].rows
        value = self._pick(rows)[self._mine.tables[name].columns.index(column)] if rows else None
        return "null" if value is None else literal(str(value))

    def _reading(self) -> tuple[str, tuple[str, ...], str]:
        name, columns = self._table()
        chosen = tuple(self._chance.sample(columns, self._chance.randint(1, len(columns))))
        place = self._pick((name, f"{self._mine.schema}.{name}", f"only {name}"))
        by = self._pick(columns)
        where = self._pick(("", "", f" where {by}::text = {self._value(name, by)}", f" where {by} is null",
                            f" where {by}::text like '%a%'", " where random() < 0.5"))  # fmt: skip
        order = self._pick(("", f" order by {by} desc nulls first", " order by random()"))
        shown = ", ".join(chosen)
        distinct = self._pick(("", "distinct ")) if not order else ""
        return name, chosen, f"select {distinct}{shown} from {place}{where}{order} limit {self._chance.randint(1, 500)}"

    def _own(self) -> Query:
        name, chosen, sql = self._reading()
        return Query("own", sql, False, name, chosen)

    def _disguised(self) -> Query:
        name, _, sql = self._reading()
        sql = self._pick((
            f"select row_to_json(t) from ({sql}) t", f"select string_agg(t::text, ',') from ({sql}) t",
            f"with x as materialized ({sql}) select * from x", f"table {name}", f"select ({name}.*)::text from {name}",
            f"select array_agg(t) from ({sql}) t", f"select t.ctid, t.xmin, t.tableoid::regclass, t.* from {name} t limit 99",
            f"select * from {name} t cross join lateral ({sql}) as s limit 50",
            f"select * from {name} tablesample system (50)",
        ))  # fmt: skip
        return Query("disguised", sql)

    def _elsewhere(self) -> Query:
        place = self._pick(self._target.elsewhere)
        sql = self._pick((
            f"select * from {place} limit 5", f"select count(*) from {place}", f"table {place}",
            f"select {self._pick(_UNWRITTEN)} from {place}", f"select * from {self._table()[0]} t, {place} o limit 3",
            f"select exists (select from {place})", f"select t.*::text from {place} t limit 1",
            f"copy {place} to stdout", f"explain analyze select * from {place}", f"lock table {place} in share mode",
            f"select * from only {place} for share",
        ))  # fmt: skip
        return Query("elsewhere", sql, True)

    def _unknown(self) -> Query:
        schema = self._pick(("marts", "reference", "quality", "public", f"{self._mine.schema}__next", "publication"))
        table = self._pick(("dim_person", "person_records", "dim_household", "quarantine", "identity_links", "load"))
        return Query("unknown", f"select {self._pick(_UNWRITTEN)} from {schema}.{table}", True)

    def _catalogue(self) -> Query:
        place = self._pick(self._target.catalogue)
        sql = self._pick((f"select * from {place} limit 200", f"select t::text from {place} t limit 200",
                          f"select count(*) from {place}", f"copy (select * from {place} limit 200) to stdout"))  # fmt: skip
        return Query("catalogue", sql)

    def _function(self) -> Query:
        name, kinds = self._pick(self._target.functions)
        arguments = ", ".join(self._pick(_ARGUMENTS.get(kind, ("null",))) for kind in kinds)
        return Query(
            "function", self._pick((f"select {name}({arguments})", f"select * from {name}({arguments}) limit 50"))
        )

    def _copy(self) -> Query:
        name, _, sql = self._reading()
        sql, forbidden = self._pick((
            (f"copy {name} to stdout", False), (f"copy ({sql}) to stdout (format csv, header)", False),
            (f"copy {name} to program 'cat'", True), (f"copy {name} to '/tmp/sadaya-attack'", True),
            (f"copy {name} from program 'id'", True), (f"copy {name} from '/etc/passwd'", True),
            ("copy (select pg_read_file('pg_hba.conf')) to stdout", True), (f"copy ({sql}) to stdout (format binary)", False),
        ))  # fmt: skip
        return Query("copy", sql, forbidden)

    def _write(self) -> Query:
        name, columns = self._table()
        sql = self._pick((
            f"insert into {name} select * from {name}", f"delete from {name}", f"update {name} set {columns[0]} = null",
            f"truncate {name}", f"drop table {name}", f"alter table {name} add column x int", f"merge into {name} t using"
            f" {name} s on true when matched then delete", f"comment on table {name} is 'x'", f"alter table {name}"
            " disable row level security", f"create index on {name} ({columns[0]})", f"drop schema {self._mine.schema} cascade",
            f"select * from {name} for update", f"lock table {name} in exclusive mode", f"cluster {name}",
        ))  # fmt: skip
        return Query("write", f"begin read write; {sql}; commit", True)

    def _become(self) -> Query:
        role = self._pick(self._target.roles)
        sql = self._pick((
            f"set role {role}", f"set session authorization {role}", f"grant {role} to {self._mine.role}",
            f"alter role {role} superuser", f"alter role {self._mine.role} bypassrls", f"alter role {self._mine.role}"
            f" connection limit -1", f"alter role {self._mine.role} valid until 'infinity'", "create role attacker login",
            f"drop role {role}", f"alter role {role} password 'x'", f"reassign owned by {role} to {self._mine.role}",
            "alter database sadaya owner to current_user", "alter system set log_statement = 'all'",
            f"alter default privileges for role {role} grant select on tables to public",
        ))  # fmt: skip
        return Query("become", f"begin read write; {sql}; commit", True)

    def _define(self) -> Query:
        name, _ = self._table()
        sql = self._pick((
            f"create view v as select * from {name}", f"create temp view v as select * from {name}",
            "create table x (a int)", "create temp table x (a int)", "create table public.x (a int)", "create schema x",
            "create function f() returns int language sql security definer as 'select 1'",
            "create function public.f() returns int language sql as 'select 1'", "do $$ begin raise notice 'x'; end $$",
            "create procedure p() language sql as 'select 1'", f"create materialized view m as select * from {name}",
            "create type t as (a int)", "create operator @@@ (leftarg = int, procedure = abs)", "create language plpython3u",
            f"create trigger t before insert on {name} for each row execute function tsvector_update_trigger()",
            f"create rule r as on select to {name} do instead select 1", f"create policy p on {name} using (true)",
            f"create statistics s on 1 from {name}", "create publication p for all tables", "create event trigger e on"
            " ddl_command_start execute function pg_sleep()", f"select * into temp x from {name}", "create sequence q",
            "create aggregate a (int) (sfunc = int4pl, stype = int)", "create cast (int as date) with inout as implicit",
        ))  # fmt: skip
        return Query("define", f"begin read write; {sql}; commit", True)

    def _large_object(self) -> Query:
        sql = self._pick(("select lo_create(0)", "select lo_creat(-1)", "select lo_from_bytea(0, 'x')",
                          "select lo_import('/etc/passwd')", "select lo_export(1, '/tmp/x')", "select lo_put(1, 0, 'x')",
                          "select lo_unlink(1)"))  # fmt: skip
        return Query("large object", f"begin read write; {sql}; commit", True)

    def _file(self) -> Query:
        path = self._pick(
            ("'postgresql.conf'", "'/etc/passwd'", "'base'", "'pg_wal'", "'../server.log'", "'global/1260'")
        )
        call = self._pick(("pg_read_file", "pg_read_binary_file", "pg_ls_dir", "pg_stat_file"))
        sql = self._pick((f"select {call}({path})", "select pg_ls_logdir()", "select pg_ls_waldir()", "select pg_ls_tmpdir()",
                          "select pg_current_logfile()", "select pg_reload_conf()", "select pg_switch_wal()"))  # fmt: skip
        return Query("file", sql, True)

    def _outside(self) -> Query:
        sql = self._pick((
            "create extension dblink", "create extension postgres_fdw", "create extension file_fdw", "create extension lo",
            "create extension adminpack", "select * from dblink('dbname=sadaya', 'select 1') as t (a int)",
            "create server s foreign data wrapper postgres_fdw", "create foreign data wrapper w", "load 'plpgsql'",
            "create subscription s connection 'host=127.0.0.1' publication p", "load '/tmp/x.so'",
            "select pg_create_logical_replication_slot('x', 'test_decoding')", "select pg_backup_start('x')",
        ))  # fmt: skip
        return Query("outside", f"begin read write; {sql}; commit", True)

    def _xml(self) -> Query:
        place = self._pick((*self._target.elsewhere, *self._mine.tables))
        sql = self._pick((
            f"select query_to_xml('select * from {place}', true, true, '')", f"select table_to_xml('{place}', true, true, '')",
            f"select schema_to_xml('{place.partition('.')[0]}', true, true, '')", "select database_to_xml(true, true, '')",
            "select cursor_to_xml('c', 9, true, true, '')", f"select * from ts_stat('select to_tsvector(t::text) from {place} t')",
        ))  # fmt: skip
        return Query("xml", sql)

    def _error(self) -> Query:
        name, columns = self._table()
        column = self._pick(columns)
        place = self._pick((*self._target.elsewhere, name))
        sql = self._pick((
            f"select {column}::text::int from {place}", f"select * from {place} where {column}::text::date > now()",
            f"select 1 / (length({column}::text) - length({column}::text)) from {place}", f"select {column}::text::xml from {place}",
            f"select * from {place} where {column}::text::json is not null", f"select no_such from {place}",
            f"select ('x' || {column}::text)::regclass from {place}", f"select * from {place} where nik::inet is null",
            f"select to_timestamp({column}::text, 'YYYY') from {place}", f"select repeat({column}::text, 2000000000) from {place}",
        ))  # fmt: skip
        return Query("error", sql)

    def _plan(self) -> Query:
        name, columns = self._table()
        column = self._pick(columns)
        place = self._pick((name, name, *self._target.elsewhere))
        how = self._pick(("", "analyze ", "verbose ", "(analyze, verbose, buffers, format json) "))
        return Query("plan", f"explain {how}select * from {place} where {column}::text = {self._value(name, column)}")

    def _sizes(self) -> Query:
        place = self._pick((*self._target.elsewhere, *self._target.catalogue))
        sql = self._pick((
            f"select col_description(to_regclass('{place}'), 1), obj_description(to_regclass('{place}'))",
            f"select * from pg_stats where schemaname || '.' || tablename = '{place}'",
            f"select stavalues1::text from pg_statistic where starelid = to_regclass('{place}')",
            f"select * from pg_stat_all_tables where relid = to_regclass('{place}')",
            "select most_common_vals::text, histogram_bounds::text from pg_stats where schemaname <> 'pg_catalog'",
            "select query, usename, state from pg_stat_activity", "select * from pg_prepared_statements, pg_cursors",
            "select * from pg_stats_ext", "select d.description from pg_description d", "select * from pg_policies",
            "select * from pg_seclabels", "select * from pg_file_settings", "select rolname, rolpassword from pg_roles",
            "select passwd from pg_shadow", "select setconfig from pg_db_role_setting", "select * from pg_locks",
        ))  # fmt: skip
        return Query("sizes", sql)

    def _setting(self) -> Query:
        name = self._pick(sorted(self._mine.tables))
        sql = self._pick((
            "set default_transaction_read_only = off", "set row_security = off", "set statement_timeout = '2s'",
            "set sadaya.region = '36'", "set search_path = dinsos, dinkes, public", "set search_path = marts, pg_catalog",
            "set session_replication_role = replica", "set role none", "reset all", "discard all", "set log_statement = 'all'",
            f"set row_security = off; select * from {name}", "select set_config('role', 'postgres', false)",
            "set local_preload_libraries = 'x'", "set client_min_messages = debug5", "show all", "set zero_damaged_pages = on",
        ))  # fmt: skip
        return Query("setting", sql)

    def _prepared(self) -> Query:
        _, _, sql = self._reading()
        place = self._pick(self._target.elsewhere)
        sql = self._pick((
            f"deallocate all; prepare p as {sql}; execute p", f"deallocate all; prepare p as select * from {place}; execute p",
            "execute p", "deallocate all; prepare p (text) as select * from pg_authid where rolname = $1; execute p('postgres')",
        ))  # fmt: skip
        return Query("prepared", sql)

    def _cursor(self) -> Query:
        _, _, sql = self._reading()
        place = self._pick(self._target.elsewhere)
        sql = self._pick((
            f"begin; declare c cursor for {sql}; fetch 50 from c; commit", f"begin; declare c cursor with hold for {sql};"
            " commit; fetch 20 from c; close c", f"begin; declare c cursor for select * from {place}; fetch all from c; commit",
        ))  # fmt: skip
        return Query("cursor", sql)
