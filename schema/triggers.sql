-- Edits of table gff: what other tables hold of a record follows it, so that export writes the record
-- as it is now, and writes all others as they were. Made after the rows; a load never fires them. None of them
-- relies on OR IGNORE or OR REPLACE, because the statement that fires a trigger overrules these.
-- A comment with "key" in it stands for its text once for each promoted key beyond ID and Parent.

-- How records lie in column 9, as far as SQL can tell. What cannot be told is NULL.
CREATE VIEW _written_record AS
    SELECT
        record_id, layout, rest,
        CASE
            WHEN instr(layout, '={') > 0 OR instr(layout, '= {') > 0 THEN 'gff3'
            WHEN is_gtf THEN 'gtf'
            -- Without a layout, promoted keys come first, as in GFF3, unless the rest is GTF.
            WHEN rest_is_gff3 OR rest = '' AND layout IS NOT '{gtf}'
                OR layout IS NULL AND has_promoted AND rest NOT GLOB '*[ "]*' THEN 'gff3'
            ELSE 'gtf'
        END AS syntax,
        -- Of the rest: what stands first, and in GTF each segment, must leave no doubt.
        CASE
            WHEN is_blob THEN NULL
            WHEN rest_is_gff3 AND NOT is_gtf THEN 'gff3'
            WHEN layout IS NOT NULL AND instr(layout, '={') = 0 AND instr(layout, '= {') = 0
                AND rest GLOB '[a-z]* *' AND instr(rest, '\') = 0
                AND NOT EXISTS (
                    SELECT 1
                    FROM (
                        SELECT trim(value, ' ') AS segment
                        FROM json_each('[' || replace(json_quote(rest), ';', '","') || ']')
                    )
                    WHERE NOT CASE
                        WHEN segment = '' THEN 1
                        WHEN instr(segment, '"') = 0
                            THEN segment GLOB '[A-Za-z]* [^ ]*' AND segment NOT GLOB '*[ =]*[ =]*'
                        ELSE segment GLOB '[A-Za-z]* "*"' AND segment NOT GLOB '*"*"*"*'
                            AND instr(segment, ' ') = instr(segment, '"') - 1
                    END
                ) THEN 'gtf'
        END AS rest_syntax
    FROM (
        SELECT
            gff.record_id AS record_id,
            _layout.attributes AS layout,
            coalesce(CAST(gff.attributes AS TEXT), '') AS rest,
            typeof(gff.attributes) = 'blob' AS is_blob,
            coalesce(gff.ID, gff.Parent /* , gff."key" */) IS NOT NULL AS has_promoted,
            coalesce(_layout.attributes GLOB '*[a-zA-Z0-9_"] {[a-zA-Z]*'
                OR _layout.attributes GLOB '*"{*', 0) AS is_gtf,
            coalesce(instr(gff.attributes, '=') > 1
                AND trim(substr(gff.attributes, 1, instr(gff.attributes, '=') - 1), ' ;')
                    NOT GLOB '*[ ";]*', 0) AS rest_is_gff3
        FROM gff LEFT JOIN _layout ON _layout.layout_id = gff.layout
    );

-- What stands between the commas of column Parent. Blanks at both ends of a column are written as escapes, those
-- beside a comma are none of a value.
CREATE VIEW _part_of_parent AS
    SELECT DISTINCT record_id, Parent
    FROM (
        SELECT gff.record_id AS record_id, CASE
            WHEN trim(single.value, ' ') = '' AND single.value <> '' AND single.key IN (
                0, length(gff.Parent) - length(replace(gff.Parent, ',', ''))
            ) THEN ' '
            WHEN single.key = 0 THEN rtrim(single.value, ' ')
            WHEN single.key = length(gff.Parent) - length(replace(gff.Parent, ',', ''))
                THEN ltrim(single.value, ' ')
            ELSE trim(single.value, ' ')
        END AS Parent
        FROM gff
        JOIN json_each('[' || replace(json_quote(CAST(gff.Parent AS TEXT)), ',', '","') || ']') AS single
        WHERE instr(gff.Parent, ',') > 0
    )
    WHERE Parent <> '';

-- The parents that column Parent has with commas between. GTF has no commas between values.
CREATE VIEW _listed_parent AS
    SELECT record_id, Parent
    FROM _part_of_parent AS part
    WHERE 'gff3' = (
        SELECT syntax FROM _written_record AS written WHERE written.record_id = part.record_id
    );

-- What the values of an outdated key are made of: its column, which holds one value ('whole') or several
-- ('listed'), and the rest, in the syntax that it has. '' where there is nothing, NULL where SQL cannot tell.
CREATE VIEW _source_of_outdated AS
    SELECT
        record_id, key, rest,
        CAST(column_value AS TEXT) AS column_value,
        CASE
            WHEN is_name OR typeof(column_value) = 'blob' THEN NULL
            -- GTF's name of the record or its parent, beside which the key's own column has another value.
            WHEN own_value IS NOT NULL AND own_value IS NOT column_value THEN NULL
            WHEN column_value IS NULL THEN ''
            WHEN instr(layout, '{' || key || '%%}') > 0 THEN NULL
            WHEN syntax = 'gtf' OR instr(column_value, ',') = 0 THEN 'whole'
            WHEN key = 'Parent' AND several IS NOT NULL THEN nullif(several, 'other')
            WHEN is_copy OR layout = '' OR instr(layout, '{' || key || '}') > 0 THEN 'listed'
            WHEN instr(lower(layout), '{' || lower(key) || '%2c}') > 0 THEN 'whole'
        END AS of_column,
        CASE
            WHEN instr(rest, key) = 0 THEN ''
            WHEN rest_syntax = 'gff3' AND rest GLOB '*%[89A-Fa-f][0-9A-Fa-f]*' THEN NULL
            ELSE rest_syntax
        END AS of_rest,
        -- The column has no place of its own: it is a copy of what the rest has, or comes at the end.
        is_copy
    FROM (
        SELECT
            _outdated_value.record_id AS record_id,
            _outdated_value.key AS key,
            -- Several parents: whether each comma of the column is between two of them.
            (SELECT CASE
                    WHEN EXISTS (
                        SELECT Parent FROM _part_of_parent AS listed
                        WHERE listed.record_id = _outdated_value.record_id
                        EXCEPT
                        SELECT Parent FROM _multi_parent AS known
                        WHERE known.record_id = _outdated_value.record_id
                    ) THEN 'other'
                    ELSE 'listed'
                END
                FROM _multi_parent AS several WHERE several.record_id = _outdated_value.record_id
                LIMIT 1
            ) AS several,
            written.rest AS rest,
            written.syntax AS syntax,
            written.rest_syntax AS rest_syntax,
            coalesce(written.layout, '') AS layout,
            CASE
                WHEN written.layout GLOB '*' || _outdated_value.key || ' "{ID}"*' THEN gff.ID
                WHEN written.layout GLOB '*' || _outdated_value.key || ' "{Parent}"*' THEN gff.Parent
                WHEN _outdated_value.key = 'ID' THEN gff.ID
                WHEN _outdated_value.key = 'Parent' THEN gff.Parent
                /* WHEN _outdated_value.key = 'key' THEN gff."key" */
            END AS column_value,
            CASE
                WHEN 0 THEN NULL
                /* WHEN _outdated_value.key = 'key' THEN gff."key" */
            END AS own_value,
            -- Without a layout, GFF3 has all columns in front.
            coalesce(instr(written.layout, '{' || _outdated_value.key || '}') = 0
                AND instr(written.layout, '{' || _outdated_value.key || '%') = 0
                AND instr(written.layout, _outdated_value.key || ' "{') = 0, written.syntax <> 'gff3') AS is_copy,
            -- GTF names records and their parents by other keys than the columns.
            CASE
                WHEN instr(written.layout, _outdated_value.key || '={ID') > 0 THEN _outdated_value.key <> 'ID'
                WHEN instr(written.layout, _outdated_value.key || '={Parent') > 0
                    THEN _outdated_value.key <> 'Parent'
                ELSE written.syntax = 'gtf'
                    AND _outdated_value.key IN ('ID', 'Parent', 'gene_id', 'transcript_id')
                    AND coalesce(instr(written.layout, _outdated_value.key || ' "{'), 0) = 0
            END AS is_name
        FROM _outdated_value
        JOIN gff ON gff.record_id = _outdated_value.record_id
        JOIN _written_record AS written ON written.record_id = _outdated_value.record_id
    );

-- Values of a key that are outdated are made anew.
CREATE TRIGGER outdated_value_inserted
AFTER INSERT ON _outdated_value
BEGIN
    DELETE FROM _outdated_value
    WHERE record_id = NEW.record_id AND key = NEW.key AND rowid <> NEW.rowid;
    -- Looked at once, and noted.
    DELETE FROM _outdated_source;
    INSERT INTO _outdated_source (record_id, key, rest, column_value, of_column, of_rest, is_copy)
        SELECT record_id, key, rest, column_value, of_column, of_rest, is_copy
        FROM _source_of_outdated AS source
        WHERE source.record_id = NEW.record_id AND source.key = NEW.key;
    DELETE FROM attribute_value WHERE record_id = NEW.record_id AND key = NEW.key;
    -- Those of the rest, as they are written.
    INSERT INTO attribute_value (record_id, key, value)
        SELECT NEW.record_id, NEW.key, CASE raw.syntax
            WHEN 'gff3' THEN trim(single.value, ' ')
            ELSE single.value
        END
        FROM (
            SELECT
                of_rest AS syntax,
                CASE of_rest
                    WHEN 'gff3' THEN trim(substr(part.value, 1, instr(part.value, '=') - 1), ' ')
                    ELSE substr(trim(part.value, ' '), 1, instr(trim(part.value, ' '), ' ') - 1)
                END AS key,
                CASE of_rest
                    WHEN 'gff3' THEN trim(substr(part.value, instr(part.value, '=') + 1), ' ')
                    ELSE trim(substr(trim(part.value, ' '), instr(trim(part.value, ' '), ' ') + 1), '"')
                END AS value
            FROM _outdated_source AS source
            JOIN json_each('[' || replace(json_quote(rest), ';', '","') || ']') AS part
            WHERE source.record_id = NEW.record_id AND source.key = NEW.key AND of_rest <> ''
                AND instr(part.value, CASE of_rest WHEN 'gff3' THEN '=' ELSE ' ' END) > 0
        ) AS raw
        JOIN json_each(CASE raw.syntax
            WHEN 'gff3' THEN '[' || replace(json_quote(raw.value), ',', '","') || ']'
            ELSE json_array(raw.value)
        END) AS single
        WHERE raw.key = NEW.key;
    DELETE FROM attribute_value WHERE record_id = NEW.record_id AND key = NEW.key AND value = '';
    -- The escapes of GFF3 are decoded by a statement of its own: the parser of SQLite before version 3.46 does not
    -- take both in one.
    UPDATE attribute_value
        SET value = (
            WITH RECURSIVE decoded (done, left) AS (
                SELECT '', attribute_value.value
                UNION ALL
                SELECT
                    done || CASE
                        WHEN instr(left, '%') = 0 THEN left
                        WHEN substr(left, instr(left, '%'), 3) GLOB '%[0-9A-Fa-f][0-9A-Fa-f]'
                            THEN substr(left, 1, instr(left, '%') - 1) || char(
                                instr('123456789abcdef', lower(substr(left, instr(left, '%') + 1, 1))) * 16
                                + instr('123456789abcdef', lower(substr(left, instr(left, '%') + 2, 1))))
                        ELSE substr(left, 1, instr(left, '%'))
                    END,
                    CASE
                        WHEN instr(left, '%') = 0 THEN NULL
                        WHEN substr(left, instr(left, '%'), 3) GLOB '%[0-9A-Fa-f][0-9A-Fa-f]'
                            THEN substr(left, instr(left, '%') + 3)
                        ELSE substr(left, instr(left, '%') + 1)
                    END
                FROM decoded WHERE left IS NOT NULL
            )
            SELECT done FROM decoded WHERE left IS NULL
        )
        WHERE record_id = NEW.record_id AND key = NEW.key AND instr(value, '%') > 0
            AND 'gff3' = (
                SELECT of_rest FROM _outdated_source AS source
                WHERE source.record_id = NEW.record_id AND source.key = NEW.key
            );
    -- Those of the column. Where the rest has others, these are not written any more.
    DELETE FROM attribute_value
    WHERE record_id = NEW.record_id AND key = NEW.key AND EXISTS (
        SELECT 1 FROM _outdated_source AS source
        WHERE source.record_id = NEW.record_id AND source.key = NEW.key
            AND is_copy AND of_column <> '' AND column_value IS NOT (
                SELECT group_concat(value) FROM (
                    SELECT value FROM attribute_value
                    WHERE record_id = NEW.record_id AND key = NEW.key ORDER BY rowid
                )
            )
    );
    INSERT INTO attribute_value (record_id, key, value)
        SELECT NEW.record_id, NEW.key, value
        FROM (
            SELECT CASE
                WHEN of_column = 'whole' THEN single.value
                WHEN trim(single.value, ' ') = '' AND single.value <> '' AND single.key IN (
                    0, length(column_value) - length(replace(column_value, ',', ''))
                ) THEN ' '
                WHEN single.key = 0 THEN rtrim(single.value, ' ')
                WHEN single.key = length(column_value) - length(replace(column_value, ',', ''))
                    THEN ltrim(single.value, ' ')
                ELSE trim(single.value, ' ')
            END AS value
            FROM _outdated_source AS source
            JOIN json_each(CASE of_column
                WHEN 'listed' THEN '[' || replace(json_quote(column_value), ',', '","') || ']'
                ELSE json_array(column_value)
            END) AS single
            WHERE source.record_id = NEW.record_id AND source.key = NEW.key AND of_column <> ''
                AND NOT (is_copy AND EXISTS (
                    SELECT 1 FROM attribute_value
                    WHERE record_id = NEW.record_id AND key = NEW.key
                ))
        )
        WHERE value <> '';
    DELETE FROM _outdated_value
    WHERE rowid = NEW.rowid
        AND (SELECT of_column IS NOT NULL AND of_rest IS NOT NULL FROM _outdated_source AS source
            WHERE source.record_id = NEW.record_id AND source.key = NEW.key)
        AND NOT EXISTS (
            SELECT 1 FROM _verbatim WHERE record_id = NEW.record_id AND field = 'attributes'
        );
    DELETE FROM attribute_value
    WHERE record_id = NEW.record_id AND key = NEW.key AND EXISTS (
        SELECT 1 FROM _outdated_value WHERE rowid = NEW.rowid
    );
    DELETE FROM _outdated_source;
END;

-- A position is a whole number, or there is none: no index finds another, and no program reads it.
CREATE TRIGGER gff_extent_is_checked
BEFORE UPDATE OF start, "end" ON gff
WHEN typeof(NEW.start) NOT IN ('integer', 'null') OR typeof(NEW."end") NOT IN ('integer', 'null')
BEGIN
    SELECT RAISE(ABORT, 'gff.start and gff.end take a whole number, or NULL');
END;

CREATE TRIGGER gff_new_extent_is_checked
BEFORE INSERT ON gff
WHEN typeof(NEW.start) NOT IN ('integer', 'null') OR typeof(NEW."end") NOT IN ('integer', 'null')
BEGIN
    SELECT RAISE(ABORT, 'gff.start and gff.end take a whole number, or NULL');
END;

-- A field that was kept byte for byte is forgotten where its column changed.
CREATE TRIGGER gff_field_updated
AFTER UPDATE OF seqid, source, type, start, "end", score, strand, phase ON gff
BEGIN
    DELETE FROM _verbatim
    WHERE record_id = NEW.record_id AND CASE field
        WHEN 'seqid' THEN OLD.seqid IS NOT NEW.seqid
        WHEN 'source' THEN OLD.source IS NOT NEW.source
        WHEN 'type' THEN OLD.type IS NOT NEW.type
        WHEN 'start' THEN OLD.start IS NOT NEW.start
        WHEN 'end' THEN OLD."end" IS NOT NEW."end"
        WHEN 'score' THEN OLD.score IS NOT NEW.score
        WHEN 'strand' THEN OLD.strand IS NOT NEW.strand
        WHEN 'phase' THEN OLD.phase IS NOT NEW.phase
    END;
END;

-- So is all of column 9. Without a layout, the record is then written in its dataset's syntax:
-- layout 0 is GTF's. Several parents are listed one by one.
CREATE TRIGGER gff_attributes_updated
AFTER UPDATE OF attributes, ID, Parent /* , "key" */ ON gff
WHEN OLD.attributes IS NOT NEW.attributes OR OLD.ID IS NOT NEW.ID OR OLD.Parent IS NOT NEW.Parent
    /* OR OLD."key" IS NOT NEW."key" */
BEGIN
    DELETE FROM _verbatim WHERE record_id = NEW.record_id AND field = 'attributes';
    INSERT INTO _layout (layout_id, columns, attributes)
        SELECT 0, NULL, '{gtf}' FROM dataset
        WHERE dataset = NEW.dataset AND format = 'gtf' AND NEW.layout IS NULL
            AND NOT EXISTS (SELECT 1 FROM _layout WHERE layout_id = 0);
    UPDATE gff SET layout = 0
        WHERE record_id = NEW.record_id AND layout IS NULL
            -- What has columns without a layout is a line of GFF3 between those of GTF.
            AND coalesce(OLD.ID, OLD.Parent /* , OLD."key" */) IS NULL
            AND (SELECT format FROM dataset WHERE dataset = NEW.dataset) = 'gtf';
    -- GTF has one parent, whatever commas it has.
    DELETE FROM _multi_parent
        WHERE record_id = NEW.record_id AND (OLD.Parent IS NOT NEW.Parent OR 'gtf' = (
            SELECT syntax FROM _written_record AS written WHERE written.record_id = NEW.record_id
        ));
    INSERT INTO _multi_parent (record_id, Parent)
        SELECT NEW.record_id, Parent FROM _listed_parent
        WHERE OLD.Parent IS NOT NEW.Parent AND record_id = NEW.record_id;
    INSERT INTO _outdated_value (record_id, key)
        SELECT NEW.record_id, value
        FROM dataset, json_each(options, '$.values')
        WHERE dataset = NEW.dataset AND (
            OLD.attributes IS NOT NEW.attributes
                AND (instr(OLD.attributes, value) > 0 OR instr(NEW.attributes, value) > 0)
            OR CASE value
                WHEN 'ID' THEN OLD.ID IS NOT NEW.ID
                WHEN 'Parent' THEN OLD.Parent IS NOT NEW.Parent
                /* WHEN 'key' THEN OLD."key" IS NOT NEW."key" */
                ELSE 0
            END
            -- Where one of them is named by another key, an edit of the other gives it its own.
            OR value IN ('ID', 'Parent', 'gene_id', 'transcript_id')
                AND (OLD.ID IS NOT NEW.ID OR OLD.Parent IS NOT NEW.Parent)
            -- The keys of GTF that name a record and its parent are of the rest, too.
            OR value IN ('ID', 'Parent') AND OLD.attributes IS NOT NEW.attributes
                AND (instr(OLD.attributes, '_id') > 0 OR instr(NEW.attributes, '_id') > 0)
            /* OR value IN ('ID', 'Parent') AND 'key' IN ('gene_id', 'transcript_id')
                AND OLD."key" IS NOT NEW."key" */
            OR value IN (SELECT key FROM _outdated_value WHERE record_id = NEW.record_id)
        );
END;

-- What was known of a record goes with it to another number.
CREATE TRIGGER gff_record_id_updated
AFTER UPDATE OF record_id ON gff
WHEN OLD.record_id <> NEW.record_id
BEGIN
    UPDATE OR REPLACE _verbatim SET record_id = NEW.record_id WHERE record_id = OLD.record_id;
    UPDATE OR REPLACE _multi_parent SET record_id = NEW.record_id WHERE record_id = OLD.record_id;
    UPDATE OR REPLACE _inferred SET record_id = NEW.record_id WHERE record_id = OLD.record_id;
    UPDATE attribute_value SET record_id = NEW.record_id WHERE record_id = OLD.record_id;
    UPDATE _outdated_value SET record_id = NEW.record_id WHERE record_id = OLD.record_id;
    DELETE FROM _moved_record WHERE record_id IN (OLD.record_id, NEW.record_id);
    INSERT INTO _moved_record (record_id)
        SELECT NEW.record_id FROM dataset
        WHERE dataset <> NEW.dataset
            AND NEW.record_id BETWEEN first_record AND first_record + records - 1
        LIMIT 1;
END;

-- A region is searched on the sequences that are listed. In another dataset, values of other keys are listed.
CREATE TRIGGER gff_seqid_updated
AFTER UPDATE OF seqid, dataset ON gff
WHEN OLD.seqid IS NOT NEW.seqid OR OLD.dataset IS NOT NEW.dataset
BEGIN
    DELETE FROM _moved_record WHERE record_id = NEW.record_id;
    INSERT INTO _moved_record (record_id)
        SELECT NEW.record_id FROM dataset
        WHERE dataset <> NEW.dataset
            AND NEW.record_id BETWEEN first_record AND first_record + records - 1
        LIMIT 1;
    INSERT INTO sequence (dataset, seqid)
        SELECT dataset, NEW.seqid FROM dataset
        WHERE dataset = NEW.dataset AND typeof(NEW.seqid) = 'text' AND NOT EXISTS (
            SELECT 1 FROM sequence WHERE sequence.dataset = NEW.dataset AND seqid = NEW.seqid
        );
    DELETE FROM attribute_value WHERE record_id = NEW.record_id AND OLD.dataset IS NOT NEW.dataset;
    DELETE FROM _outdated_value WHERE record_id = NEW.record_id AND OLD.dataset IS NOT NEW.dataset;
    INSERT INTO _outdated_value (record_id, key)
        SELECT NEW.record_id, value
        FROM dataset, json_each(options, '$.values')
        WHERE dataset = NEW.dataset AND OLD.dataset IS NOT NEW.dataset;
END;

-- A region is searched in the types and classes that are listed.
CREATE TRIGGER gff_extent_updated
AFTER UPDATE OF type, start, "end" ON gff
BEGIN
    INSERT INTO _type_length (type, class, longest)
        SELECT type, class, longest
        FROM (
            SELECT type, (CASE
                    WHEN "end" < start THEN -1
                    WHEN "end" - start <= 1023 THEN 0
                    WHEN "end" - start <= 32767 THEN 1
                    WHEN "end" - start <= 1048575 THEN 2
                    WHEN "end" - start <= 33554431 THEN 3
                    ELSE 4
                END) AS class
            FROM gff WHERE record_id = NEW.record_id
        ) AS new_one JOIN _length_class USING (class)
        WHERE NOT EXISTS (
            SELECT 1 FROM _type_length AS known
            WHERE known.type IS new_one.type AND known.class = new_one.class
        );
END;

-- Nothing is left of a record that is deleted.
CREATE TRIGGER gff_deleted
AFTER DELETE ON gff
BEGIN
    DELETE FROM _verbatim WHERE record_id = OLD.record_id;
    DELETE FROM _multi_parent WHERE record_id = OLD.record_id;
    DELETE FROM _inferred WHERE record_id = OLD.record_id;
    DELETE FROM attribute_value WHERE record_id = OLD.record_id;
    DELETE FROM _outdated_value WHERE record_id = OLD.record_id;
    DELETE FROM _moved_record WHERE record_id = OLD.record_id;
END;

-- A new record may have the number of one that was replaced, of which nothing is true any more.
CREATE TRIGGER gff_inserted
AFTER INSERT ON gff
BEGIN
    DELETE FROM _verbatim WHERE record_id = NEW.record_id;
    DELETE FROM _multi_parent WHERE record_id = NEW.record_id;
    DELETE FROM _inferred WHERE record_id = NEW.record_id;
    DELETE FROM attribute_value WHERE record_id = NEW.record_id;
    DELETE FROM _outdated_value WHERE record_id = NEW.record_id;
    DELETE FROM _moved_record WHERE record_id = NEW.record_id;
    INSERT INTO _moved_record (record_id)
        SELECT NEW.record_id FROM dataset
        WHERE dataset <> NEW.dataset
            AND NEW.record_id BETWEEN first_record AND first_record + records - 1
        LIMIT 1;
    INSERT INTO sequence (dataset, seqid)
        SELECT dataset, NEW.seqid FROM dataset
        WHERE dataset = NEW.dataset AND typeof(NEW.seqid) = 'text' AND NOT EXISTS (
            SELECT 1 FROM sequence WHERE sequence.dataset = NEW.dataset AND seqid = NEW.seqid
        );
    INSERT INTO _layout (layout_id, columns, attributes)
        SELECT 0, NULL, '{gtf}' FROM dataset
        WHERE dataset = NEW.dataset AND format = 'gtf' AND NEW.layout IS NULL
            AND NOT EXISTS (SELECT 1 FROM _layout WHERE layout_id = 0);
    UPDATE gff SET layout = 0
        WHERE record_id = NEW.record_id AND layout IS NULL
            AND (SELECT format FROM dataset WHERE dataset = NEW.dataset) = 'gtf';
    INSERT INTO _multi_parent (record_id, Parent)
        SELECT NEW.record_id, Parent FROM _listed_parent WHERE record_id = NEW.record_id;
    INSERT INTO _outdated_value (record_id, key)
        SELECT NEW.record_id, value
        FROM dataset, json_each(options, '$.values')
        WHERE dataset = NEW.dataset;
    INSERT INTO _type_length (type, class, longest)
        SELECT type, class, longest
        FROM (
            SELECT type, (CASE
                    WHEN "end" < start THEN -1
                    WHEN "end" - start <= 1023 THEN 0
                    WHEN "end" - start <= 32767 THEN 1
                    WHEN "end" - start <= 1048575 THEN 2
                    WHEN "end" - start <= 33554431 THEN 3
                    ELSE 4
                END) AS class
            FROM gff WHERE record_id = NEW.record_id
        ) AS new_one JOIN _length_class USING (class)
        WHERE NOT EXISTS (
            SELECT 1 FROM _type_length AS known
            WHERE known.type IS new_one.type AND known.class = new_one.class
        );
END;
