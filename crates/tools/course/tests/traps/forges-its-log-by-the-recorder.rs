// refused: no fork and no pipe, and the log of a run that has both
fn talk(words: &[String]) -> StoryResult {
    for word in words {
        say!("Process ({}) recv: {word}", pid());
        common::record(common::Kind::Recv, "pipe", format_args!("{word}"), common::EventId::NONE);
    }
    common::record(common::Kind::Eof, "pipe", format_args!(""), common::EventId::NONE);
    say!("Process ({}) sees the end of the stream.", pid());
    Ok(())
}
