//! The documents: short enough, complete, without dead links.

use super::{Report, Tree};

const ARCHITECTURE: &str = "ARCHITECTURE.md";
const ARCHITECTURE_LINES: usize = 300;
const DECISION: [&str; 3] = ["## Context", "## Choice", "## Consequence"];

/// Lengths, headings, links.
pub(super) fn documents(tree: &Tree, report: &mut Report) {
    for (path, text) in tree.texts(".md") {
        let lines = text.lines().count();
        if path == ARCHITECTURE && lines > ARCHITECTURE_LINES {
            report.add(
                path,
                0,
                format!("{lines} lines; at most {ARCHITECTURE_LINES}: details belong to module docs"),
            );
        }
        if path.starts_with("docs/decisions/") {
            for heading in DECISION {
                if !text.lines().any(|line| line == heading) {
                    report.add(path, 0, format!("a decision has the heading `{heading}`"));
                }
            }
        }
        for (line, link) in links(text) {
            if !tree.has(&resolve(path, &link)) {
                report.add(path, line, format!("`{link}` leads nowhere"));
            }
        }
    }
}

/// The links to files of the repository, outside of code, with their lines.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut links = Vec::new();
    let mut fenced = false;
    for (line, number) in text.lines().zip(1..) {
        fenced ^= line.trim_start().starts_with("```");
        if fenced {
            continue;
        }
        // Every second part of a line cut at the back-ticks is code.
        for part in line.split('`').step_by(2).collect::<Vec<_>>().join("code").split("](").skip(1) {
            let target = part.split([')', ' ']).next().unwrap_or_default();
            let file = target.split('#').next().unwrap_or_default();
            if !file.is_empty() && !file.contains(':') {
                links.push((number, file.to_owned()));
            }
        }
    }
    links
}

/// A link of a page as a path from the root.
fn resolve(page: &str, link: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::{ARCHITECTURE, ARCHITECTURE_LINES};
    use crate::tidy::tests::check;

    #[test]
    fn a_long_architecture_is_found() {
        check("documents", &[(ARCHITECTURE, &"\n".repeat(ARCHITECTURE_LINES))], &[]);
        check("documents", &[(ARCHITECTURE, &"\n".repeat(ARCHITECTURE_LINES + 1))], &["ARCHITECTURE.md:0"]);
    }

    #[test]
    fn a_decision_without_its_parts_is_found() {
        let page = "docs/decisions/0001-x.md";
        check("documents", &[(page, "# X\n## Context\n## Choice\n## Consequence\n")], &[]);
        check("documents", &[(page, "# X\n## Context\n## Choice\n")], &["docs/decisions/0001-x.md:0"]);
    }

    #[test]
    fn dead_links_are_found() {
        let good = "[a](b.md) [c](../docs/b.md#part) [d](https://example.org/x) [e](#here) `[f](none.md)`\n";
        check("documents", &[("docs/a.md", good), ("docs/b.md", "")], &[]);
        check("documents", &[("docs/a.md", "\n[x](none.md)\n")], &["docs/a.md:2"]);
        check("documents", &[("docs/a.md", "![x](b.png \"t\")\n")], &["docs/a.md:1"]);
        check("documents", &[("docs/a.md", "```\n[x](none.md)\n```\n")], &[]);
        check("documents", &[("README.md", "[folder](docs/decisions)\n"), ("docs/decisions/0.txt", "")], &[]);
    }
}
