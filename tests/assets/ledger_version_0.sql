BEGIN TRANSACTION;
CREATE TABLE decisions (
    decision_id integer primary key, at text not null, action text not null, subject text not null, by text, reason text
);
INSERT INTO "decisions" VALUES(1,'2019-11-02T18:30:21+00:00','explain','P000000001','Petugas',NULL);
CREATE TABLE deliveries (
    delivery_id text primary key, source text not null, agency text not null, delivery_date text not null, kind text
    not null,
    sha256 text not null, file_names text not null, coverage text not null,
    rows_read integer not null default 0, rows_accepted integer not null default 0, rows_quarantined integer not
    null default 0,
    rows_duplicate integer not null default 0, rows_furniture integer not null default 0,
    status text not null, reason_code text, reason_id text, reason_en text,
    acceptance_seq integer unique, load_id text references loads, loaded_at text not null, entry_seq integer,
    check (rows_read = rows_accepted + rows_quarantined + rows_duplicate)
);
INSERT INTO "deliveries" VALUES('dinsos_pkh-1','dinsos_pkh','Dinas Sosial','2019-11-01','snapshot','1111111111111111111111111111111111111111111111111111111111111111','pkh.csv','36',10,7,2,1,0,'accepted',NULL,NULL,NULL,1,'20191101-001','2019-11-01T18:30:03+00:00',1);
INSERT INTO "deliveries" VALUES('dinsos_pkh-2','dinsos_pkh','Dinas Sosial','2019-11-01','snapshot','2222222222222222222222222222222222222222222222222222222222222222','pkh.csv','36',10,7,2,1,0,'refused','header_missing','Kolom NIK tidak ada.','Column NIK is missing.',NULL,'20191101-001','2019-11-01T18:30:05+00:00',2);
INSERT INTO "deliveries" VALUES('dinsos_pkh-3','dinsos_pkh','Dinas Sosial','2019-11-02','snapshot','3333333333333333333333333333333333333333333333333333333333333333','pkh.csv','36',10,7,2,1,0,'held','loss','Berkurang.','Fewer.',NULL,'20191102-001','2019-11-01T18:30:11+00:00',3);
INSERT INTO "deliveries" VALUES('dukcapil_penduduk-4','dukcapil_penduduk','Dinas Sosial','2019-11-02','delta','4444444444444444444444444444444444444444444444444444444444444444','pkh.csv','36',10,7,2,1,0,'accepted',NULL,NULL,NULL,2,'20191102-001','2019-11-01T18:30:13+00:00',4);
CREATE TABLE delivery_files (
    delivery_id text not null references deliveries, file_name text not null, sha256 text not null, bytes integer
    not null,
    encoding text, coverage text not null, status text not null, reason_code text, reason_id text, reason_en text,
    rows_read integer not null default 0, rows_accepted integer not null default 0, rows_quarantined integer not
    null default 0,
    rows_duplicate integer not null default 0, rows_furniture integer not null default 0,
    primary key (delivery_id, file_name),
    check (rows_read = rows_accepted + rows_quarantined + rows_duplicate)
);
INSERT INTO "delivery_files" VALUES('dinsos_pkh-1','pkh.csv','1111111111111111111111111111111111111111111111111111111111111111',1,NULL,'36','accepted',NULL,NULL,NULL,10,7,2,1,0);
INSERT INTO "delivery_files" VALUES('dinsos_pkh-2','pkh.csv','2222222222222222222222222222222222222222222222222222222222222222',1,NULL,'36','refused',NULL,NULL,NULL,10,7,2,1,0);
INSERT INTO "delivery_files" VALUES('dinsos_pkh-3','pkh.csv','3333333333333333333333333333333333333333333333333333333333333333',1,NULL,'36','accepted',NULL,NULL,NULL,10,7,2,1,0);
INSERT INTO "delivery_files" VALUES('dukcapil_penduduk-4','pkh.csv','4444444444444444444444444444444444444444444444444444444444444444',1,NULL,'36','accepted',NULL,NULL,NULL,10,7,2,1,0);
CREATE TABLE fingerprints (
    path text primary key, bytes integer not null, mtime_ns integer not null, sha256 text not null
);
INSERT INTO "fingerprints" VALUES('landing/dinsos_pkh/2019-11-01/pkh.csv',1,1572600000000000000,'1111111111111111111111111111111111111111111111111111111111111111');
CREATE TABLE load_deliveries (
    load_id text not null references loads, delivery_id text not null, primary key (load_id, delivery_id)
);
INSERT INTO "load_deliveries" VALUES('20191101-001','dinsos_pkh-1');
INSERT INTO "load_deliveries" VALUES('20191102-001','dinsos_pkh-1');
INSERT INTO "load_deliveries" VALUES('20191102-001','dukcapil_penduduk-4');
CREATE TABLE loads (
    load_id text primary key, as_of_date text not null, state text not null, started_at text not null, finished_at text,
    previous_load_id text, fingerprint text not null, code_version text not null, reason text, load_seq integer
);
INSERT INTO "loads" VALUES('20191101-001','2019-11-01','superseded','2019-11-01T18:30:01+00:00','2019-11-01T18:30:07+00:00',NULL,'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff','d3db7d5',NULL,1);
INSERT INTO "loads" VALUES('20191102-001','2019-11-02','published','2019-11-01T18:30:09+00:00','2019-11-01T18:30:15+00:00','20191101-001','eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee','d3db7d5',NULL,2);
INSERT INTO "loads" VALUES('20191103-001','2019-11-03','loaded','2019-11-01T18:30:17+00:00','2019-11-01T18:30:19+00:00','20191102-001','','d3db7d5',NULL,3);
CREATE TABLE publications (load_id text primary key references loads);
INSERT INTO "publications" VALUES('20191101-001');
INSERT INTO "publications" VALUES('20191102-001');
CREATE TABLE unread (
    load_id text not null references loads, path text not null, reason_code text not null, reason_id text not null,
    reason_en text not null,
    primary key (load_id, path)
);
INSERT INTO "unread" VALUES('20191101-001','dinsos_pkh/catatan','not_a_date','Bukan tanggal.','Not a date.');
CREATE INDEX deliveries_by_source on deliveries (source, delivery_date);
COMMIT;
