-- Words of the pages that the controller has put in the place of habeas's own.
CREATE TABLE page_text(
    key      TEXT NOT NULL,
    language TEXT NOT NULL,
    text     TEXT NOT NULL,
    PRIMARY KEY (key, language)
) STRICT, WITHOUT ROWID;

CREATE VIEW v_page_text AS SELECT key, language, text FROM page_text;
