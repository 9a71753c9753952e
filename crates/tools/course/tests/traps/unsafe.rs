// refused: it uses unsafe.
fn talk(words: &[String]) -> StoryResult {
    let number = unsafe { std::ptr::read(std::ptr::null::<u8>()) };
    say!("{number}");
    Ok(())
}
