-- Every attribute of every record, promoted or not, as the record's line has it: one row for each value, decoded.
-- A list of GFF3 (tag=a,b) has a row for each value, and so has a key that is repeated (tag "a"; tag "b"). An attribute
-- without a value, or with an empty one, has the value ''. Search it by record_id; by key alone, it reads all records.
--
-- json_each makes several rows of one, in every SQLite: of a JSON object, whose names come out alike in SQLite and
-- DuckDB. First of the attributes of a record, then of the values of an attribute, then of a value's escapes. U+001F
-- stands between key and value.
-- A comment with "key" in it stands for its text once for each promoted key beyond ID and Parent.
CREATE VIEW attribute (record_id, key, value) AS
SELECT
    gff.record_id,                                          -- gff.record_id
    substr(decoded.key, 1, instr(decoded.key, '') - 1),    -- the attribute's key
    substr(decoded.key, instr(decoded.key, '') + 1)        -- one of its values
FROM gff
LEFT JOIN _layout ON _layout.layout_id = gff.layout
LEFT JOIN _verbatim ON _verbatim.record_id = gff.record_id AND _verbatim.field = 'attributes'

-- One row for each attribute; its value tells the form. 0: 'key=value' of GFF3, a list with escapes. The others are
-- key and value. 1: text as it is. 2: a list without escapes. 3: the same, blanks beside commas are of the values.
CROSS JOIN json_each((
    -- What is text: column 9 where it was kept as it was, else what is left of it.
    SELECT '{' || rtrim(CASE syntax
        WHEN 'gff3' THEN '"' || replace(substr(json_quote(text), 2), ';', '":0,"') || ':0,'
        WHEN 'gtf' THEN (
            WITH RECURSIVE
            -- From semicolon to semicolon, in three steps each. 0: a quote opens after a key, at `quote`. 1: the next
            -- quote. 2: it closes where a semicolon or the end follows, perhaps after numbers. `single` is 0 where a
            -- semicolon may be missing within the segment.
            gtf (step, rest, quote, tail, single, segment) AS (
                SELECT 0, text, 0, '', 1, CAST(NULL AS TEXT) 
                UNION ALL
                SELECT
                    CASE step
                        WHEN 0 THEN 1
                        WHEN 1 THEN 2
                        WHEN 2 THEN CASE
                            WHEN quote = 0 OR tail = '' OR tail GLOB ';*' OR instr(rest, ';') = 0 THEN 0
                            ELSE 1
                        END
                    END,
                    CASE
                        WHEN step < 2 THEN rest
                        WHEN instr(rest, ';') = 0 OR quote > 0 AND tail = '' THEN NULL
                        WHEN quote = 0 THEN substr(rest, instr(rest, ';') + 1)
                        WHEN tail GLOB ';*' THEN substr(tail, 2)
                        ELSE rest
                    END,
                    CASE
                        WHEN step = 2 THEN quote
                        WHEN step = 1 AND quote > 0 AND instr(substr(rest, quote + 1), '"') > 0
                            THEN quote + instr(substr(rest, quote + 1), '"')
                        WHEN step = 0 AND substr(rest, 1, instr(rest, ';')) GLOB '?*"*' AND substr(rest, 1, 1) <> '"'
                            AND NOT trim(substr(rest, 1, instr(rest, '"') - 1), ' ') GLOB '* *'
                            THEN instr(rest, '"')
                        ELSE 0
                    END,
                    CASE
                        WHEN step <> 1 OR quote = 0 THEN ''
                        -- An escaped quote closes nothing.
                        WHEN instr(substr(rest, quote + 1), '"') > 1
                            AND substr(rest, quote + instr(substr(rest, quote + 1), '"') - 1, 1) = '\' THEN '\'
                        ELSE ltrim(substr(rest, quote + instr(substr(rest, quote + 1), '"') + 1), ' 0123456789+-.')
                    END,
                    CASE
                        WHEN step = 0 THEN 1
                        WHEN step = 1 OR tail = '\' THEN single
                        WHEN instr(rest, ';') = 0 THEN 0
                        WHEN quote = 0 THEN CASE WHEN substr(rest, 1, instr(rest, ';')) GLOB '*"*' THEN 0 ELSE 1 END
                        WHEN tail = '' OR tail GLOB ';*' THEN single
                        ELSE 0
                    END,
                    CASE
                        WHEN step < 2 THEN NULL
                        WHEN instr(rest, ';') = 0 THEN rest
                        WHEN quote = 0 THEN substr(rest, 1, instr(rest, ';') - 1)
                        WHEN tail = '' OR tail GLOB ';*' THEN substr(rest, 1, length(rest) - length(tail))
                    END
                FROM gtf WHERE rest IS NOT NULL
            ),
            -- Where a semicolon is missing, a value ends where a blank, a key, a blank, and a quote or a digit follow. Three
            -- steps again. 0: the next place where it may end, `last`. 1: whether it does. 2: it is done, or not.
            separated (step, key, value, last, next, done_key, done_value) AS (
                SELECT 0, CASE single WHEN 0 THEN key END, value, 1, CAST(NULL AS TEXT), CASE single WHEN 1 THEN key END, value
                FROM (
                    SELECT single,
                        substr(text, 1, place - 1) AS key,
                        ltrim(substr(text, place), ' ') AS value
                    FROM (
                        SELECT single, text, CASE
                            -- The key ends at the quote: gene_id"x"
                            WHEN text GLOB '?*"*"' AND NOT text GLOB '"*'
                                AND instr(substr(text, 1, instr(text, '"')), ' ') = 0 THEN instr(text, '"')
                            ELSE instr(text || ' ', ' ')
                        END AS place
                        FROM (SELECT single, trim(segment, ' ') AS text FROM gtf WHERE trim(segment, ' ') <> '') AS trimmed
                    ) AS placed
                ) AS whole
                UNION ALL
                SELECT
                    (step + 1) % 3,
                    CASE
                        WHEN step < 2 THEN key
                        WHEN next IS NOT NULL THEN substr(next, 1, instr(next, ' ') - 1)
                        WHEN last > 0 AND value GLOB '"*' THEN key
                    END,
                    CASE WHEN step = 2 AND next IS NOT NULL THEN ltrim(substr(next, instr(next, ' ')), ' ') ELSE value END,
                    CASE
                        WHEN step = 2 AND next IS NOT NULL THEN 1
                        WHEN step > 0 THEN last
                        WHEN value GLOB '"*' AND instr(substr(value, last + 1), '"') > 0
                            THEN last + instr(substr(value, last + 1), '"')
                        -- A number without quotes.
                        WHEN value GLOB '[0-9+.-]* *'
                            AND ltrim(substr(value, 1, instr(value, ' ') - 1), '0123456789+-.eE') = '' THEN instr(value, ' ') - 1
                        ELSE 0
                    END,
                    CASE
                        WHEN step = 1 AND last > 0 AND substr(value, last + 1, 1) = ' ' AND substr(value, last - 1, 2) <> '\"'
                            AND ltrim(substr(value, last + 1), ' ') GLOB '[A-Za-z]* ?*'
                            AND ltrim(
                                lower(substr(
                                    ltrim(substr(value, last + 1), ' '), 1, instr(ltrim(substr(value, last + 1), ' '), ' ') - 1
                                )),
                                'abcdefghijklm nopqrstuvwxyz 0123456789_-.'
                            ) = ''
                            AND (ltrim(substr(value, last + 1), ' ') GLOB '* "*"*' OR ltrim(substr(value, last + 1), ' ') GLOB '* [0-9]*')
                            AND ltrim(
                                substr(ltrim(substr(value, last + 1), ' '), instr(ltrim(substr(value, last + 1), ' '), ' ')), ' '
                            ) GLOB '["0-9]*'
                            THEN ltrim(substr(value, last + 1), ' ')
                    END,
                    CASE WHEN step = 2 AND (next IS NOT NULL OR last = 0 OR NOT value GLOB '"*') THEN key END,
                    CASE WHEN next IS NOT NULL THEN substr(value, 1, last) ELSE value END
                FROM separated WHERE key IS NOT NULL
            )
            SELECT group_concat(json_quote(done_key || '' || replace(CASE
                WHEN done_value GLOB '"*"' AND length(done_value) > 1 THEN substr(done_value, 2, length(done_value) - 2)
                ELSE done_value
            END, '\"', '"')) || ':1,', '')
            FROM separated WHERE done_key IS NOT NULL
        )
        ELSE ''
    END || coalesce((
        -- The promoted keys. What stood before the value, and how it was spelled, tells what a comma is.
        SELECT group_concat(json_quote(CASE
                WHEN before GLOB '*=*' THEN rtrim(substr(before, 1, instr(before, '=') - 1), ' ')
                WHEN before IS NOT NULL THEN substr(before, 1, instr(replace(before, '"', ' '), ' ') - 1)
                -- Without a layout they come first in GFF3. In GTF, ID and Parent have other keys.
                WHEN layout <> '{gtf}' OR NOT name IN ('ID', 'Parent') THEN name
                WHEN gff.type IN (SELECT type FROM type_class WHERE class = 'gene') THEN 'gene_id'
                WHEN gff.type IN (SELECT type FROM type_class WHERE class = 'transcript')
                    THEN CASE name WHEN 'ID' THEN 'transcript_id' ELSE 'gene_id' END
                WHEN name = 'Parent' THEN 'transcript_id'
                ELSE name
            END || CASE WHEN before GLOB '*=*' AND spelling GLOB '*[%][%]*' THEN '=' ELSE '' END || value)
            || CASE
                WHEN before IS NULL AND is_gff3 = 0 OR NOT before GLOB '*=*' OR spelling GLOB '*[%]2c*' THEN ':1,'
                WHEN spelling GLOB '*[%][%]*' THEN ':0,'
                WHEN spelling GLOB '*[%]20*' THEN ':3,'
                ELSE ':2,'
            END, '')
        FROM (
            SELECT name, value, layout, is_gff3,
                CASE WHEN place > 0 THEN ltrim(substr(layout,
                    length(rtrim(substr(layout, 1, place - 1), replace(substr(layout, 1, place - 1), ';', ''))) + 1,
                    place - 1 - length(rtrim(substr(layout, 1, place - 1), replace(substr(layout, 1, place - 1), ';', '')))
                ), ' ') END AS before,
                CASE WHEN place > 0 THEN lower(substr(layout, place, instr(substr(layout, place), '}'))) ELSE '' END AS spelling
            FROM (
                SELECT name, value, layout,
                    CASE instr(layout, '{' || name || '}')
                        WHEN 0 THEN instr(layout, '{' || name || '%')
                        ELSE instr(layout, '{' || name || '}')
                    END AS place,
                    CASE
                        WHEN layout = '' OR layout GLOB '*={*' OR layout GLOB '*= {*' OR syntax = 'gff3' THEN 1
                        ELSE 0
                    END AS is_gff3
                FROM (
                    SELECT 'ID' AS name, CAST(gff.ID AS TEXT) AS value, coalesce(_layout.attributes, '') AS layout
                    UNION ALL SELECT 'Parent', CAST(gff.Parent AS TEXT), coalesce(_layout.attributes, '')
                    /* UNION ALL SELECT 'key', CAST(gff."key" AS TEXT), coalesce(_layout.attributes, '') */
                ) AS named
                WHERE value IS NOT NULL AND _verbatim.bytes IS NULL
            ) AS placed
            -- A key that is repeated is in what is left as well. GTF names ID and Parent otherwise.
            WHERE place > 0
                OR (is_gff3 = 1 OR layout = '{gtf}' OR NOT name IN ('ID', 'Parent') AND instr(layout, name || ' "{') = 0)
                AND instr(';' || replace(replace(text, '; ', ';'), ' =', '='), ';' || name || '=') = 0
                AND NOT (syntax = 'gtf' AND instr(' ' || replace(replace(text, '"', ' '), ';', ' '), ' ' || name || ' ') > 0)
        ) AS promoted
    ), ''), ',') || '}'
    FROM (
        SELECT text, CASE
            WHEN text = '' THEN ''
            -- What follows the first key tells the syntax: '=' is GFF3, a blank or a quote is GTF.
            WHEN first GLOB '*=*' AND NOT rtrim(substr(first, 1, instr(first, '=') - 1), ' ') GLOB '*[ "]*' THEN 'gff3'
            WHEN first GLOB '*"*' AND NOT rtrim(substr(first, 1, instr(first, '"') - 1), ' ') GLOB '* *' THEN 'gtf'
            WHEN NOT first GLOB '* *' OR first GLOB '*=*' THEN 'gff3'
            -- A flag with blanks in it, or a value without quotes.
            WHEN trim(substr(text, length(first) + 1), ' ;') = '' AND first GLOB '[A-Z]*'
                AND ltrim(substr(first, instr(first, ' ')), ' 0123456789+-.eE') <> '' THEN 'gff3'
            WHEN text GLOB '*;ID=*' OR text GLOB '*; ID=*' OR text GLOB '*;Parent=*' THEN 'gff3'
            ELSE 'gtf'
        END AS syntax
        FROM (
            SELECT text, rtrim(substr(text, 1, instr(text || ';', ';') - 1), ' ') AS first
            FROM (
                SELECT ltrim(coalesce(CAST(_verbatim.bytes AS TEXT), CAST(gff.attributes AS TEXT), ''), ' ;') AS text
            ) AS column9
        ) AS begin
    ) AS line
)) AS attribute

-- One row for each value.
CROSS JOIN json_each((
    SELECT CASE
        WHEN form = '1' OR NOT value GLOB '*,*' THEN '{' || json_quote(value) || ':0}'
        ELSE '{"' || replace(substr(json_quote(value), 2), ',', '":0,"') || ':0}'
    END
    FROM (
        SELECT form, CASE form WHEN '0' THEN trim(substr(text, place + 1), ' ') ELSE substr(text, place + 1) END AS value
        FROM (
            SELECT attribute.key AS text, CAST(attribute.value AS TEXT) AS form,
                CASE CAST(attribute.value AS TEXT)
                    WHEN '0' THEN instr(attribute.key || '=', '=')
                    ELSE instr(attribute.key, '')
                END AS place
        ) AS placed
    ) AS valued
)) AS single

-- One row: key and value, decoded.
CROSS JOIN json_each((
    SELECT CASE
        WHEN form <> '0' OR instr(text, '%') = 0 THEN '{' || json_quote(text) || ':0}'
        ELSE coalesce((
            WITH RECURSIVE
            -- Escapes, one after another, as JSON writes them: \u002C. Those of several bytes are one character. Three
            -- steps. 0: up to the next '%'. 1: which character it is, and how long its escapes are. 2: the character.
            -- `done` is NULL in the end where they are not UTF-8, which leaves the text as it is.
            decoded (step, done, rest, code, length) AS (
                SELECT 0, '', text, 0, 0
                UNION ALL
                SELECT
                    (step + 1) % 3,
                    CASE
                        WHEN step = 0 THEN done || substr(
                            json_quote(substr(rest, 1, instr(rest || '%', '%') - 1)), 2,
                            length(json_quote(substr(rest, 1, instr(rest || '%', '%') - 1))) - 2)
                        WHEN step = 1 THEN done
                        WHEN length = 1 THEN done || '%'
                        WHEN length = 3 THEN done || '\u00' || substr(rest, 2, 2)
                        WHEN length = 6 AND code > 127
                            OR length = 9 AND (code BETWEEN 2048 AND 55295 OR code BETWEEN 57344 AND 65535)
                            THEN done || printf('\u%04x', code)
                        WHEN length = 12 AND code BETWEEN 65536 AND 1114111
                            THEN done || printf('\u%04x', 55296 + (code >> 10) - 64) || printf('\u%04x', 56320 + (code & 1023))
                    END,
                    CASE
                        WHEN step = 1 THEN rest
                        WHEN step = 2 THEN substr(rest, length + 1)
                        WHEN instr(rest, '%') > 0 THEN substr(rest, instr(rest, '%'))
                    END,
                    CASE
                        WHEN step <> 1 THEN 0
                        WHEN rest GLOB '[%][CcDd]*' THEN (instr('123456789ABCDEF', upper(substr(rest, 2, 1))) & 1) * 1024
                            + instr('123456789ABCDEF', upper(substr(rest, 3, 1))) * 64
                            + (instr('123456789ABCDEF', upper(substr(rest, 5, 1))) & 3) * 16
                            + instr('123456789ABCDEF', upper(substr(rest, 6, 1)))
                        WHEN rest GLOB '[%][Ee]*' THEN instr('123456789ABCDEF', upper(substr(rest, 3, 1))) * 4096
                            + (instr('123456789ABCDEF', upper(substr(rest, 5, 1))) & 3) * 1024
                            + instr('123456789ABCDEF', upper(substr(rest, 6, 1))) * 64
                            + (instr('123456789ABCDEF', upper(substr(rest, 8, 1))) & 3) * 16
                            + instr('123456789ABCDEF', upper(substr(rest, 9, 1)))
                        ELSE instr('123456789ABCDEF', upper(substr(rest, 3, 1))) * 262144
                            + (instr('123456789ABCDEF', upper(substr(rest, 5, 1))) & 3) * 65536
                            + instr('123456789ABCDEF', upper(substr(rest, 6, 1))) * 4096
                            + (instr('123456789ABCDEF', upper(substr(rest, 8, 1))) & 3) * 1024
                            + instr('123456789ABCDEF', upper(substr(rest, 9, 1))) * 64
                            + (instr('123456789ABCDEF', upper(substr(rest, 11, 1))) & 3) * 16
                            + instr('123456789ABCDEF', upper(substr(rest, 12, 1)))
                    END,
                    CASE
                        WHEN step <> 1 THEN 0
                        WHEN rest GLOB '[%][0-7][0-9A-Fa-f]*' THEN 3
                        WHEN rest GLOB '[%][CcDd][0-9A-Fa-f][%][89ABab][0-9A-Fa-f]*' THEN 6
                        WHEN rest GLOB '[%][Ee][0-9A-Fa-f][%][89ABab][0-9A-Fa-f][%][89ABab][0-9A-Fa-f]*' THEN 9
                        WHEN rest GLOB '[%][Ff][0-7][%][89ABab][0-9A-Fa-f][%][89ABab][0-9A-Fa-f][%][89ABab][0-9A-Fa-f]*' THEN 12
                        WHEN rest GLOB '[%][89A-Fa-f][0-9A-Fa-f]*' THEN 0
                        ELSE 1
                    END
                FROM decoded WHERE rest IS NOT NULL AND done IS NOT NULL
            )
            SELECT '{"' || done || '":0}' FROM decoded WHERE rest IS NULL
        ), '{' || json_quote(text) || ':0}')
    END
    FROM (
        SELECT form, CASE form
            WHEN '0' THEN trim(substr(attribute.key, 1, instr(attribute.key || '=', '=') - 1), ' ')
            ELSE substr(attribute.key, 1, instr(attribute.key, '') - 1)
        END || '' || CASE WHEN form IN ('1', '3') THEN single.key ELSE trim(single.key, ' ') END AS text
        FROM (SELECT CAST(attribute.value AS TEXT) AS form) AS formed
    ) AS encoded
)) AS decoded
-- Nothing stands between two semicolons.
WHERE trim(attribute.key, ' ') <> '';
