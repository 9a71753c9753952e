//! Texts in a picture: escapes them, measures them, and cuts them to the available room.

use std::fmt::Write;

/// Escapes `text` for XML and HTML. A log is not trusted: characters that XML does not allow, and
/// those that change the direction of writing, are replaced.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' => escaped.push(' '),
            other => escaped.push(harmless(other)),
        }
    }
    escaped
}

/// The character, or a replacement if XML does not allow it or it changes the direction of writing.
pub(crate) fn harmless(character: char) -> char {
    match character {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}' => {
            char::REPLACEMENT_CHARACTER
        }
        other if other.is_control() => char::REPLACEMENT_CHARACTER,
        other => other,
    }
}

/// An upper bound of the width of `text` at `px` pixels, in whichever sans serif font the reader
/// has: it uses the widths of DejaVu Sans, the widest of the common ones.
pub(crate) fn width(text: &str, px: f64) -> f64 {
    let em = |character: char| match character {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' => 0.34,
        'f' | 't' | 'r' | 's' | '(' | ')' | '[' | ']' | '/' | '-' => 0.52,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' | '×' => 1.0,
        '0'..='9' | 'a'..='z' | '_' | '"' => 0.635,
        ' '..='~' => 0.79,
        _ => 1.2,
    };
    text.chars().map(em).sum::<f64>() * px
}

/// `text`, cut to fit into `room` pixels; `None` when too little would be left of it.
pub(crate) fn fit(text: &str, px: f64, room: f64) -> Option<String> {
    if width(text, px) <= room {
        return Some(text.to_owned());
    }
    let mut kept: String = text.chars().take(120).collect();
    while kept.pop().is_some() {
        if width(&kept, px) + px <= room {
            break;
        }
    }
    let kept = kept.trim_end();
    (kept.chars().count() >= 5).then(|| format!("{kept}…"))
}

/// Cuts out the middle of a name that is wider than `room`. Its end stays, because addresses differ
/// at their ends.
pub(crate) fn cut_middle(name: &str, px: f64, room: f64) -> String {
    let name = name.split_once("://").map_or(name, |(_scheme, rest)| rest);
    if width(name, px) <= room {
        return name.to_owned();
    }
    let all: Vec<char> = name.chars().collect();
    let mut cut = String::new();
    for kept in (1..all.len().min(64)).rev() {
        let front = kept / 3;
        let (front, back) = (&all[..front], &all[all.len() - (kept - front)..]);
        cut = front.iter().chain(['…'].iter()).chain(back).collect();
        if width(&cut, px) <= room {
            break;
        }
    }
    cut
}

/// Formats a coordinate; a tenth of a pixel is precise enough.
pub(crate) fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

/// Appends to a text, which cannot fail.
pub(crate) fn put(text: &mut String, parts: std::fmt::Arguments<'_>) {
    let _fits = text.write_fmt(parts);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_of_markup_are_escaped() {
        let escaped = escape("<a href=\"x\" id='y'>&\u{1b}[31m\u{202e}");
        assert_eq!(
            escaped,
            "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;\u{fffd}[31m\u{fffd}"
        );
    }

    #[test]
    fn a_text_is_cut_to_its_room() {
        assert_eq!(fit("url_1", 11.0, 60.0).as_deref(), Some("url_1"));
        assert_eq!(fit("url_1", 11.0, 12.0), None);
        let cut = fit("a long name of something", 11.0, 80.0).unwrap();
        assert!(cut.ends_with('…') && width(&cut, 11.0) <= 80.0, "{cut}");
        let name = cut_middle("http://127.0.0.1:32809/github", 13.0, 110.0);
        assert!(name.ends_with("/github") && name.contains('…'), "{name}");
    }
}
