//! Mutants of a body: copies of it with one small mistake each, as a student might make it.
//!
//! A statement is left out, or two change places; `while` becomes `if`; a comparison, a condition or a
//! number is off; an error is ignored; one waiter is notified instead of all. Most of them are wrong
//! answers, so the checks have to reject them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{BinOp, Block, Expr, Local, Pat, RangeLimits, Stmt, UnOp};

use crate::source::{NoSource, functions, with_room};

/// A source with one mistake in one of its functions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutant {
    /// The path of the function.
    pub function: String,
    /// The mistake, and the code that had none; with a number if it is not the first one of these words in
    /// its function.
    pub what: String,
    /// The whole source with it.
    pub text: String,
}

/// Returns the mutants of these functions of a source, in the order of the lines. Some may not compile,
/// and some may do the same as the source.
///
/// # Errors
/// Returns [`NoSource`] when the text does not parse as Rust.
///
/// ```
/// let source = "fn wait() {\n    while is_empty() {\n        sleep();\n    }\n}\n";
/// let mutants = exercise::mutants(source, &["wait"]).unwrap();
/// assert!(mutants.iter().any(|it| it.what == "`if` for `while`: while is_empty() {"));
/// ```
pub fn mutants(source: &str, paths: &[&str]) -> Result<Vec<Mutant>, NoSource> {
    let all = functions(source)?;
    with_room(|| {
        let mut mutants = Vec::new();
        for function in all.iter().filter(|one| paths.contains(&&*one.path)) {
            // The braces too, so that the text is a block.
            let start = function.body.start - 1;
            let body = &source[start..=function.body.end];
            let mut edits = Edits::of(body);
            if let Ok(block) = syn::parse_str::<Block>(body) {
                edits.visit_block(&block);
            }
            edits.found.sort_by_key(|edit| edit.place.start);
            for Edit { place, text, what } in edits.found {
                let place = start + place.start..start + place.end;
                mutants.push(Mutant {
                    function: function.path.clone(),
                    what: format!("{what}: {}", first_line(&source[place.start..])),
                    text: format!("{}{text}{}", &source[..place.start], &source[place.end..]),
                });
            }
        }
        let mut seen = BTreeSet::new();
        mutants.retain(|one| seen.insert(one.text.clone()));
        let mut times: BTreeMap<(String, String), u32> = BTreeMap::new();
        for one in &mut mutants {
            let so_far = times.entry((one.function.clone(), one.what.clone()));
            let so_far = so_far.and_modify(|times| *times += 1).or_insert(1);
            if *so_far > 1 {
                one.what += &format!(" (number {so_far})");
            }
        }
        Ok(mutants)
    })
}

/// The rest of a line, as much of it as is shown.
fn first_line(text: &str) -> String {
    const SHOWN: usize = 70;
    let line = text.lines().next().unwrap_or_default().trim();
    line.chars().take(SHOWN).collect()
}

/// A change of a body: the bytes at `place` become `text`.
struct Edit {
    place: Range<usize>,
    text: String,
    what: &'static str,
}

/// The changes that were found so far in `body`.
struct Edits<'a> {
    body: &'a str,
    found: Vec<Edit>,
}

impl<'a> Edits<'a> {
    fn of(body: &'a str) -> Self {
        let found = Vec::new();
        Self { body, found }
    }

    fn add(&mut self, place: Range<usize>, text: impl Into<String>, what: &'static str) {
        let text = text.into();
        self.found.push(Edit { place, text, what });
    }

    fn text(&self, part: &impl Spanned) -> &'a str {
        &self.body[part.span().byte_range()]
    }

    /// Replaces a word or sign.
    fn replace(&mut self, part: &impl Spanned, text: &str, what: &'static str) {
        self.add(part.span().byte_range(), text, what);
    }

    fn leave_out(&mut self, statement: &Stmt) {
        let place = statement.span().byte_range();
        let is_left_out = match statement {
            Stmt::Local(local) => is_unused(local),
            Stmt::Expr(..) => true,
            // What a program prints is no part of its idea.
            Stmt::Macro(_) | Stmt::Item(_) => false,
        };
        if is_left_out {
            self.add(place.clone(), "", "left out");
        }
        if let Stmt::Expr(Expr::Try(tried), Some(_)) = statement {
            let text = format!("let _ignored = {};", self.text(&tried.expr));
            self.add(place, text, "an error ignored");
        }
    }

    /// Two steps change places: two calls, a call and a declaration, or two declarations that call the same
    /// method, such as `lock`.
    fn swap(&mut self, one: &Stmt, other: &Stmt) {
        let is_step = match (one, other) {
            (Stmt::Local(one), Stmt::Local(other)) => {
                called(one).is_some_and(|it| Some(it) == called(other))
            }
            (Stmt::Local(_), Stmt::Expr(_, Some(_))) | (Stmt::Expr(_, Some(_)), Stmt::Local(_)) => {
                true
            }
            (Stmt::Expr(_, Some(_)), Stmt::Expr(_, Some(_))) => true,
            _ => false,
        };
        if is_step {
            let (first, second) = (one.span().byte_range(), other.span().byte_range());
            let between = &self.body[first.end..second.start];
            let text = format!("{}{between}{}", self.text(other), self.text(one));
            self.add(first.start..second.end, text, "swapped with the next");
        }
    }
}

/// Whether the variable is there only to be dropped.
fn is_unused(local: &Local) -> bool {
    matches!(&local.pat, Pat::Ident(it) if it.ident.to_string().starts_with('_'))
}

/// The method whose result a declaration names.
fn called(local: &Local) -> Option<&syn::Ident> {
    match local.init.as_ref().map(|init| &*init.expr) {
        Some(Expr::MethodCall(call)) => Some(&call.method),
        _ => None,
    }
}

impl<'ast> Visit<'ast> for Edits<'_> {
    fn visit_block(&mut self, block: &'ast Block) {
        block.stmts.iter().for_each(|one| self.leave_out(one));
        for pair in block.stmts.windows(2) {
            self.swap(&pair[0], &pair[1]);
        }
        visit::visit_block(self, block);
    }

    fn visit_expr_while(&mut self, one: &'ast syn::ExprWhile) {
        self.replace(&one.while_token, "if", "`if` for `while`");
        visit::visit_expr_while(self, one);
    }

    fn visit_expr_if(&mut self, one: &'ast syn::ExprIf) {
        if !matches!(*one.cond, Expr::Let(_)) {
            let text = format!("!({})", self.text(&one.cond));
            self.add(one.cond.span().byte_range(), text, "a condition negated");
        }
        visit::visit_expr_if(self, one);
    }

    fn visit_expr_unary(&mut self, one: &'ast syn::ExprUnary) {
        if matches!(one.op, UnOp::Not(_)) {
            self.replace(&one.op, "", "`!` left out");
        }
        visit::visit_expr_unary(self, one);
    }

    fn visit_expr_binary(&mut self, one: &'ast syn::ExprBinary) {
        let other = match one.op {
            BinOp::Lt(_) => "<=",
            BinOp::Le(_) => "<",
            BinOp::Gt(_) => ">=",
            BinOp::Ge(_) => ">",
            BinOp::Eq(_) => "!=",
            BinOp::Ne(_) => "==",
            BinOp::And(_) => "||",
            BinOp::Or(_) => "&&",
            BinOp::Add(_) => "-",
            BinOp::Sub(_) => "+",
            BinOp::AddAssign(_) => "-=",
            BinOp::SubAssign(_) => "+=",
            _ => "",
        };
        if !other.is_empty() {
            let place = one.op.span().byte_range();
            let whole = one.span().byte_range();
            let (before, after) = (
                &self.body[whole.start..place.start],
                &self.body[place.end..whole.end],
            );
            self.add(whole, format!("{before}{other}{after}"), "another operator");
        }
        visit::visit_expr_binary(self, one);
    }

    fn visit_expr_range(&mut self, one: &'ast syn::ExprRange) {
        if one.end.is_some() {
            let other = match one.limits {
                RangeLimits::HalfOpen(_) => "..=",
                RangeLimits::Closed(_) => "..",
            };
            self.replace(&one.limits, other, "another end of the range");
        }
        visit::visit_expr_range(self, one);
    }

    fn visit_expr_break(&mut self, one: &'ast syn::ExprBreak) {
        if one.label.is_none() && one.expr.is_none() {
            self.replace(one, "continue", "`continue` for `break`");
        }
    }

    fn visit_expr_continue(&mut self, one: &'ast syn::ExprContinue) {
        if one.label.is_none() {
            self.replace(one, "break", "`break` for `continue`");
        }
    }

    fn visit_expr_method_call(&mut self, one: &'ast syn::ExprMethodCall) {
        if one.method == "notify_all" {
            self.replace(&one.method, "notify_one", "`notify_one` for `notify_all`");
        }
        visit::visit_expr_method_call(self, one);
    }

    fn visit_expr_path(&mut self, one: &'ast syn::ExprPath) {
        let last = one.path.segments.last().map(|it| it.ident.to_string());
        if matches!(
            last.as_deref(),
            Some("Acquire" | "Release" | "AcqRel" | "SeqCst")
        ) {
            let path = one.path.to_token_stream().to_string().replace(' ', "");
            let (before, _) = path.rsplit_once("::").unwrap_or_default();
            let relaxed = if before.is_empty() {
                "Relaxed".to_owned()
            } else {
                format!("{before}::Relaxed")
            };
            self.replace(one, &relaxed, "`Relaxed`");
        }
    }

    fn visit_lit_int(&mut self, one: &'ast syn::LitInt) {
        if let Ok(number) = one.base10_parse::<u64>() {
            let text = format!("{}{}", number.saturating_add(1), one.suffix());
            self.replace(one, &text, "one more");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mutants of a body: each mistake, and the body with it in one line.
    fn of(body: &str) -> Vec<(String, String)> {
        let source = format!("fn other() {{ {body} }}\nfn it() {{{body}}}\n");
        let before = source.len() - body.len() - 2;
        let all = mutants(&source, &["it"]).unwrap();
        let change = |one: Mutant| {
            assert_eq!(one.function, "it");
            assert!(one.text.starts_with(&source[..before]), "{}", one.text);
            let body = one.text[before..].strip_suffix("}\n").unwrap();
            let (what, _code) = one.what.split_once(": ").unwrap();
            (what.to_owned(), body.trim().to_owned())
        };
        all.into_iter().map(change).collect()
    }

    fn texts(body: &str) -> Vec<String> {
        of(body).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn statements_are_left_out_and_change_places_and_items_and_the_value_stay() {
        assert_eq!(
            of("let _held = lock(); add()?; const N: u8 = A; last"),
            [
                ("left out", "add()?; const N: u8 = A; last"),
                (
                    "swapped with the next",
                    "add()?; let _held = lock(); const N: u8 = A; last"
                ),
                ("left out", "let _held = lock();  const N: u8 = A; last"),
                (
                    "an error ignored",
                    "let _held = lock(); let _ignored = add(); const N: u8 = A; last"
                ),
                ("left out", "let _held = lock(); add()?; const N: u8 = A;"),
            ]
            .map(|(what, text)| (what.to_owned(), text.to_owned()))
        );
    }

    #[test]
    fn one_word_or_sign_is_another() {
        for (body, mutant) in [
            ("while !full { a() }", "if !full { a() }"),
            ("while !full { a() }", "while full { a() }"),
            ("if a { b }", "if !(a) { b }"),
            ("x = a < b", "x = a <= b"),
            ("x = a == b && c", "x = a != b && c"),
            ("x = a == b && c", "x = a == b || c"),
            ("count -= n", "count += n"),
            ("for it in a..=b { c }", "for it in a..b { c }"),
            ("loop { break; }", "loop { continue; }"),
            ("self.free.notify_all()", "self.free.notify_one()"),
            (
                "word.store(v, atomic::Ordering::SeqCst)",
                "word.store(v, atomic::Ordering::Relaxed)",
            ),
            ("take(1_u8)", "take(2u8)"),
        ] {
            let all = texts(body);
            assert!(all.iter().any(|it| it == mutant), "{body}: {all:?}");
        }
        assert!(
            !texts("if let Some(it) = a { b }")
                .iter()
                .any(|it| it.contains('!'))
        );
    }

    #[test]
    fn two_mistakes_of_the_same_words_have_numbers() {
        let source = "fn it() {\ntake(1);\ngive(1);\ntake(1);\n}";
        let all = mutants(source, &["it"]).unwrap();
        let what = |what: &str| all.iter().filter(|one| one.what.starts_with(what)).count();
        assert_eq!(what("left out: take(1);"), 2);
        assert!(
            all.iter()
                .any(|one| one.what.ends_with("take(1); (number 2)")),
            "{all:?}"
        );
        let names: BTreeSet<_> = all.iter().map(|one| &one.what).collect();
        assert_eq!(names.len(), all.len(), "{all:?}");
    }

    #[test]
    fn a_source_that_is_no_rust_has_no_mutants() {
        assert!(mutants("fn it( {", &["it"]).is_err());
        assert_eq!(mutants("fn other() { a(); }", &["it"]), Ok(Vec::new()));
    }
}
