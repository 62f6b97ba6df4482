//! Relatives, from view `link` pair by pair, against the statements and the walk.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::{query::walk, tree::Tree};

/// Who is whose parent and child, and the other lines of each feature.
#[derive(Default)]
pub(super) struct Slow {
    pub parents: BTreeMap<i64, Vec<i64>>,
    pub children: BTreeMap<i64, Vec<i64>>,
    pub lines: BTreeMap<i64, Vec<i64>>,
}

fn slow(database: &Database) -> Slow {
    let features: Vec<Feature> = database
        .query()
        .records()
        .expect("all")
        .map(|f| f.expect("one"))
        .collect();
    let mut slow = Slow::default();
    let mut by_id: BTreeMap<_, Vec<i64>> = BTreeMap::new();
    for f in &features {
        if let Some(id) = f.id() {
            let key = (&f.dataset, &f.seqid, &f.ty, id.to_owned());
            by_id.entry(key).or_default().push(f.record_id);
        }
        let above: Vec<i64> = database
            .list("SELECT parent FROM link WHERE child = ?1", [f.record_id])
            .expect("parents");
        for &parent in &above {
            slow.children.entry(parent).or_default().push(f.record_id);
        }
        slow.parents.insert(f.record_id, above);
    }
    for lines in by_id.into_values() {
        for line in &lines {
            slow.lines.insert(*line, lines.clone());
        }
    }
    slow
}

fn reach(from: &BTreeSet<i64>, steps: &BTreeMap<i64, Vec<i64>>, deep: bool) -> BTreeSet<i64> {
    let mut found = from.clone();
    let mut waiting: Vec<i64> = from.iter().copied().collect();
    while let Some(record) = waiting.pop() {
        for &next in steps.get(&record).into_iter().flatten() {
            if found.insert(next) && deep {
                waiting.push(next);
            }
        }
    }
    found
}

pub(super) fn expected(slow: &Slow, chosen: &[i64], with: With) -> Vec<i64> {
    let chosen: BTreeSet<i64> = chosen.iter().copied().collect();
    if with == With::Nothing {
        return chosen.into_iter().collect();
    }
    let whole = reach(&chosen, &slow.lines, false);
    let found = match with {
        With::Parents => &whole | &reach(&chosen, &slow.parents, false),
        With::Children => &whole | &reach(&chosen, &slow.children, false),
        With::Ancestors => reach(&whole, &slow.parents, true),
        With::Descendants => reach(&whole, &slow.children, true),
        With::Family => reach(&reach(&whole, &slow.parents, true), &slow.children, true),
        With::Nothing => chosen,
    };
    found.into_iter().collect()
}

pub(super) const ALL: [With; 6] = [
    With::Nothing,
    With::Parents,
    With::Ancestors,
    With::Children,
    With::Descendants,
    With::Family,
];

fn compare(made: &Made, picks: usize) -> Result<()> {
    let database = &made.database;
    let slow = slow(database);
    let all: Vec<i64> = slow.parents.keys().copied().collect();
    let mut random = Random(3);
    for _ in 0..picks {
        let mut chosen: Vec<i64> = (0..=random.below(3))
            .map(|_| all[random.below(all.len() as i64) as usize])
            .collect();
        chosen.sort_unstable();
        chosen.dedup();
        for with in ALL {
            let query = database
                .query()
                .among(chosen.iter().copied().collect())
                .with(with);
            assert_eq!(
                records(&query),
                expected(&slow, &chosen, with),
                "{with:?} of {chosen:?}"
            );
        }
        walked(database, &slow, &chosen)?;
    }
    in_sql(database, &slow, &mut random, picks)?;
    one_by_one(database, &slow)?;
    walked(database, &slow, &all)
}

/// Compares the SQL functions for some IDs, in all datasets and in one.
fn in_sql(database: &Database, slow: &Slow, random: &mut Random, picks: usize) -> Result<()> {
    let sql = "SELECT DISTINCT ID FROM gff WHERE ID IS NOT NULL ORDER BY ID";
    let ids: Vec<String> = database.list(sql, [])?;
    let sql = "SELECT dataset FROM dataset ORDER BY dataset";
    let datasets: Vec<String> = database.list(sql, [])?;
    for _ in 0..picks.min(ids.len()) {
        let id = &ids[random.below(ids.len() as i64) as usize];
        for (function, with) in [
            ("descendants", With::Descendants),
            ("ancestors", With::Ancestors),
        ] {
            let sql = "SELECT record_id FROM gff WHERE ID = ?1 ORDER BY record_id";
            let chosen: Vec<i64> = database.list(sql, [id])?;
            let sql = format!("SELECT record_id FROM {function}(?1)");
            let found: Vec<i64> = database.list(&sql, [id])?;
            assert_eq!(found, expected(slow, &chosen, with), "{sql} {id}");
            let dataset = &datasets[random.below(datasets.len() as i64) as usize];
            let sql = "SELECT record_id FROM gff WHERE ID = ?1 AND dataset = ?2 ORDER BY record_id";
            let chosen: Vec<i64> = database.list(sql, [id, dataset])?;
            let sql = format!("SELECT record_id FROM {function}(?1, ?2)");
            let found: Vec<i64> = database.list(&sql, [id, dataset])?;
            assert_eq!(found, expected(slow, &chosen, with), "{sql} {id} {dataset}");
        }
    }
    Ok(())
}

/// Compares the parents and the children of each record alone.
fn one_by_one(database: &Database, slow: &Slow) -> Result<()> {
    let fail = |e| Error::sqlite("-", e);
    let mut tree = Tree::new(database.connection()).map_err(fail)?;
    let mut found = Vec::new();
    for (record, parents) in &slow.parents {
        database.row(*record, &mut |row| {
            let passing = row.passing();
            assert_eq!(&tree.parents(&passing).map_err(fail)?, parents, "{record}");
            tree.children(&passing, &mut found).map_err(fail)?;
            let mut children: Vec<i64> = found.iter().map(|child| child.record).collect();
            children.sort_unstable();
            let expected = slow.children.get(record).cloned().unwrap_or_default();
            assert_eq!(children, expected, "children of {record}");
            for child in &found {
                database.row(child.record, &mut |row| {
                    assert_eq!(child.bases, row.start().zip(row.end()));
                    assert_eq!(child.is_on_sequence, row.seqid() == passing.seqid);
                    assert_eq!(child.class, tree.classes().of(row.ty()));
                    Ok(())
                })?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Compares the walk, which takes over where very many are asked for.
fn walked(database: &Database, slow: &Slow, chosen: &[i64]) -> Result<()> {
    let connection = database.connection();
    let set: RecordSet = chosen.iter().copied().collect();
    let walk = || -> rusqlite::Result<_> {
        let mut tree = Tree::new(connection)?;
        let twins = walk::twins(connection)?;
        let mut whole = set.clone();
        walk::whole(&mut tree, Some(&twins), &mut whole)?;
        let up = walk::up(&mut tree, &whole)?;
        let down = walk::down(connection, &mut tree, &twins, whole)?;
        let family = walk::down(connection, &mut tree, &twins, up.clone())?;
        let searched = walk::search(&mut tree, &up, up.clone(), true)?;
        assert_eq!(Some(&searched), family.as_ref());
        Ok((up, down, family))
    };
    let (up, down, family) = walk().map_err(|e| Error::sqlite("-", e))?;
    let list = |bits: &RecordSet| bits.iter().collect::<Vec<_>>();
    assert_eq!(
        list(&up),
        expected(slow, chosen, With::Ancestors),
        "up from {chosen:?}"
    );
    for (found, with) in [(down, With::Descendants), (family, With::Family)] {
        assert_eq!(
            found.as_ref().map(list),
            Some(expected(slow, chosen, with)),
            "{with:?} of {chosen:?}"
        );
    }
    Ok(())
}

#[test]
fn relatives_of_made_up_and_real_genes_are_all_there() -> Result<()> {
    compare(&demo(), 60)?;
    for made in corpus() {
        if made.database.query().count()? < 5000 {
            compare(&made, 15)?;
        }
    }
    Ok(())
}

#[test]
fn lines_that_share_ids_and_parents_have_the_relatives_that_the_view_has() -> Result<()> {
    // Few IDs, so that genes, transcripts and others share them, on one sequence and on several; children
    // stand before their parents, and are their own.
    let mut random = Random(7);
    for (ids, sequences, lines) in [(3, 1, 40), (4, 2, 60), (8, 3, 90), (20, 2, 90), (2, 9, 60)] {
        let mut text = String::from("##gff-version 3\n");
        for _ in 0..lines {
            let ty = ["gene", "mRNA", "exon", "CDS", "match"][random.below(5) as usize];
            let seqid = random.below(sequences);
            let mut attributes = Vec::new();
            if random.below(5) > 0 {
                // Some IDs read like two parents.
                let more = ["", "", "%2Ci0"][random.below(3) as usize];
                attributes.push(format!("ID=i{}{more}", random.below(ids)));
            }
            match random.below(5) {
                0 => {}
                1 => attributes.push(format!(
                    "Parent=i{},i{}",
                    random.below(ids),
                    random.below(ids)
                )),
                2 => attributes.push(format!("Parent=i{}%2Ci0", random.below(ids))),
                _ => attributes.push(format!("Parent=i{}", random.below(ids))),
            }
            let ninth = match attributes.is_empty() {
                true => String::from("."),
                false => attributes.join(";"),
            };
            text.push_str(&format!("s{seqid}\t.\t{ty}\t1\t9\t.\t+\t.\t{ninth}\n"));
        }
        compare(&made(&text), 60)?;
    }
    Ok(())
}

#[test]
fn cycles_twins_and_several_parents_are_followed() -> Result<()> {
    let twin = |seqid: &str| {
        format!(
            "{seqid}\t.\tgene\t1\t90\t.\t+\t.\tID=twin\n{seqid}\t.\tmRNA\t1\t90\t.\t+\t.\tID=t;Parent=twin\n\
             {seqid}\t.\texon\t1\t9\t.\t+\t.\tParent=t\n"
        )
    };
    let text = format!(
        "##gff-version 3\n{}{}\
         c\t.\ta\t1\t9\t.\t.\t.\tID=a;Parent=b\nc\t.\tb\t1\t9\t.\t.\t.\tID=b;Parent=a\n\
         c\t.\tself\t1\t9\t.\t.\t.\tID=s;Parent=s\n\
         c\t.\texon\t3\t4\t.\t.\t.\tID=e;Parent=m1,m2\nc\t.\tmRNA\t1\t9\t.\t.\t.\tID=m1;Parent=g\n\
         c\t.\tmRNA\t1\t9\t.\t.\t.\tID=m2;Parent=g\nc\t.\tgene\t1\t9\t.\t.\t.\tID=g\n\
         c\t.\tCDS\t1\t2\t.\t.\t0\tID=cds;Parent=m1\nc\t.\tCDS\t4\t5\t.\t.\t0\tID=cds;Parent=m1\n",
        twin("X"),
        twin("Y"),
    );
    let made = made(&text);
    compare(&made, 60)?;
    let ids = |query: Query<'_>| -> Result<Vec<String>> {
        let features: Vec<Feature> = query.records()?.collect::<Result<_>>()?;
        let name = |f: &Feature| {
            format!(
                "{}:{}",
                f.seqid.as_deref().unwrap_or("."),
                f.id().unwrap_or(".")
            )
        };
        Ok(features.iter().map(name).collect())
    };
    let query = || made.database.query();
    assert_eq!(
        ids(query()
            .region("X:1-9")?
            .types(["gene"])
            .with(With::Descendants))?,
        ["X:twin", "X:t", "X:."]
    );
    assert_eq!(ids(query().ids(["a"]).with(With::Family))?, ["c:a", "c:b"]);
    assert_eq!(
        ids(query().ids(["e"]).with(With::Ancestors))?,
        ["c:e", "c:m1", "c:m2", "c:g"]
    );
    assert_eq!(
        ids(query().region("c:1-1")?.ids(["cds"]).with(With::Parents))?,
        ["c:m1", "c:cds", "c:cds"]
    );
    Ok(())
}
