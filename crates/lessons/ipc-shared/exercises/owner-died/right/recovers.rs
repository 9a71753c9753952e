// right: `recover` takes the lock, poisoned or not; the accounts are checked and put right under it.
fn put_right(accounts: &Accounts, total: u32) -> Result<Option<[u32; 2]>, LockError> {
    let mut held = accounts.recover()?;
    let [one, other] = *held;
    if one + other == total {
        return Ok(None);
    }
    held[1] = total - one;
    Ok(Some([one, other]))
}
