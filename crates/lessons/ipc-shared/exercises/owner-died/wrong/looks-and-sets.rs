// fail: it reads under the lock, releases it, and takes it again to write.
fn put_right(accounts: &Accounts, total: u32) -> Result<Option<[u32; 2]>, LockError> {
    let found = *accounts.recover()?;
    if found[0] + found[1] == total {
        return Ok(None);
    }
    accounts.set([found[0], total - found[0]])?;
    Ok(Some(found))
}
