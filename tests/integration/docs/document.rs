//! The commands of a page and what the page says they print.
//!
//! Two forms: a `console` block, where a command follows `$ ` (and `> ` on its further lines, `>` alone on an empty one) and
//! its output follows the command; and a `sql DATABASE` block, which goes to `gffdb sql DATABASE -`,
//! its output in the `text` block after it.

use std::ops::Range;

/// A page, line by line.
pub struct Document<'t> {
    lines: Vec<&'t str>,
    /// What is to be run, in order.
    pub steps: Vec<Step>,
}

/// One command.
pub struct Step {
    /// Its line number in the page, from 1.
    pub line: usize,
    /// What the shell is given.
    pub command: String,
    /// What comes on standard input.
    pub stdin: String,
    /// The lines, from 0, where the page says what it prints.
    output: Range<usize>,
}

impl<'t> Document<'t> {
    /// Finds the commands of a page.
    pub fn parse(text: &'t str) -> Self {
        let lines: Vec<_> = text.lines().collect();
        let mut steps = Vec::new();
        let mut fences = fences(&lines).into_iter();
        while let Some((info, body)) = fences.next() {
            match info.split_once(' ') {
                None if info == "console" => console(&lines, body, &mut steps),
                Some(("sql", database)) => {
                    let output = match fences.next() {
                        Some(("text", output)) => output,
                        _ => panic!("line {}: no text block follows", body.start),
                    };
                    steps.push(Step {
                        line: body.start + 1,
                        command: format!("gffdb sql {database} -"),
                        stdin: lines[body].join("\n"),
                        output,
                    });
                }
                _ => {}
            }
        }
        Self { lines, steps }
    }

    /// Returns what the page says that a step prints.
    pub fn output(&self, step: &Step) -> Vec<&'t str> {
        self.lines[step.output.clone()].to_vec()
    }

    /// Returns the page with other outputs for some steps, which are in order.
    pub fn rewritten(&self, changes: &[(&Step, Vec<String>)]) -> String {
        let mut lines: Vec<_> = self.lines.iter().map(|line| (*line).to_owned()).collect();
        for (step, printed) in changes.iter().rev() {
            lines.splice(step.output.clone(), printed.iter().cloned());
        }
        lines.join("\n") + "\n"
    }
}

/// Returns the fenced blocks: what stands behind the opening fence, and the lines between.
fn fences<'t>(lines: &[&'t str]) -> Vec<(&'t str, Range<usize>)> {
    let mut blocks = Vec::new();
    let mut open = None;
    for (number, line) in lines.iter().enumerate() {
        match (open, line.strip_prefix("```")) {
            (None, Some(info)) => open = Some((info, number + 1)),
            (Some((info, begin)), Some("")) => {
                blocks.push((info, begin..number));
                open = None;
            }
            _ => {}
        }
    }
    assert!(open.is_none(), "a block that does not end");
    blocks
}

fn console(lines: &[&str], body: Range<usize>, steps: &mut Vec<Step>) {
    let mut at = body.start;
    while at < body.end {
        let Some(first) = lines[at].strip_prefix("$ ") else {
            panic!("line {}: expected a command after '$ '", at + 1);
        };
        let line = at + 1;
        let mut command = first.to_owned();
        at += 1;
        while let Some(more) = further(lines[at]).filter(|_| at < body.end) {
            command = command + "\n" + more;
            at += 1;
        }
        let begin = at;
        while at < body.end && !lines[at].starts_with("$ ") {
            at += 1;
        }
        steps.push(Step {
            line,
            command,
            stdin: String::new(),
            output: begin..at,
        });
    }
}

/// Returns a further line of a command; an empty one is `>` alone.
fn further(line: &str) -> Option<&str> {
    line.strip_prefix("> ")
        .or_else(|| (line == ">").then_some(""))
}

#[test]
fn commands_and_outputs_are_told_apart() {
    let text = "# A\n\n```console\n$ a \\\n>   b\n>\nx\n$ c\n```\n```sh\n$ no\n```\n\
                ```sql d.sqlite\nSELECT 1;\n```\n\n```text\n1\n```\nend\n";
    let page = Document::parse(text);
    let seen: Vec<_> = page
        .steps
        .iter()
        .map(|s| (s.line, s.command.as_str(), s.stdin.as_str(), page.output(s)))
        .collect();
    assert_eq!(
        seen,
        [
            (4, "a \\\n  b\n", "", vec!["x"]),
            (8, "c", "", vec![]),
            (14, "gffdb sql d.sqlite -", "SELECT 1;", vec!["1"]),
        ]
    );
    let changed = page.rewritten(&[
        (&page.steps[1], vec![String::from("y")]),
        (&page.steps[2], vec![]),
    ]);
    let expected = text.replace("$ c\n", "$ c\ny\n").replace("\n1\n", "\n");
    assert_eq!(changed, expected);
}
