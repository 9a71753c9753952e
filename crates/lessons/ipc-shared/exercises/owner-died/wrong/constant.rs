// fail at right: it adds the amount that is usually missing, without looking.
fn put_right(accounts: &Accounts, total: u32) -> Result<Option<[u32; 2]>, LockError> {
    let _today = total;
    let mut held = accounts.recover()?;
    let found = *held;
    held[1] += 100;
    Ok(Some(found))
}
