// fail at right: it treats an error as if nothing was found.
fn put_right(accounts: &Accounts, total: u32) -> Result<Option<[u32; 2]>, LockError> {
    let Ok(mut held) = accounts.lock() else {
        return Ok(None);
    };
    let found = *held;
    held[1] = total - held[0];
    Ok((found != *held).then_some(found))
}
