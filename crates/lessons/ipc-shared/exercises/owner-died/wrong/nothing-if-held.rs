// fail at held: if the caller holds the lock itself, it returns that nothing is missing, and has not looked.
fn put_right(accounts: &Accounts, total: u32) -> Result<Option<[u32; 2]>, LockError> {
    let Ok(mut held) = accounts.recover() else {
        return Ok(None);
    };
    let found = *held;
    let missing = total - found[0] - found[1];
    if missing == 0 {
        return Ok(None);
    }
    held[1] += missing;
    Ok(Some(found))
}
