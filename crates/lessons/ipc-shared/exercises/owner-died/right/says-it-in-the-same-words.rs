// right: it also prints what it has found, in the words of the program.
fn put_right(accounts: &Accounts, total: u32) -> Result<Option<[u32; 2]>, LockError> {
    let mut held = accounts.recover()?;
    let found @ [one, other] = *held;
    if one + other == total {
        return Ok(None);
    }
    say!("Found {one} + {other}, which is not {total}.");
    held[1] = total - one;
    Ok(Some(found))
}
