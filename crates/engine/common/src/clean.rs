//! Makes text from elsewhere safe for a terminal.

/// Returns one line without anything that a terminal obeys: control characters are replaced, and
/// characters that are invisible or turn the direction of writing are removed.
#[must_use]
pub fn clean(text: &str) -> String {
    let shown = |char: char| match char {
        '\n' | '\r' | '\t' => Some(' '),
        _ if char.is_control() => Some('\u{fffd}'),
        _ => (!is_hidden(char)).then_some(char),
    };
    text.chars().filter_map(shown).collect()
}

/// Whether a reader does not see the character, or sees it as something that others do.
#[must_use]
pub fn is_hidden(char: char) -> bool {
    match char {
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => true,
        '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{61c}' | '\u{ad}' | '\u{180e}' => true,
        '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}' => true,
        _ => char.is_control(),
    }
}
