// right: something can be wrong only if `lock` returns an error.
fn put_right(accounts: &Accounts, total: u32) -> Result<Option<[u32; 2]>, LockError> {
    match accounts.lock() {
        Ok(_) => Ok(None),
        Err(LockError::Poisoned) => {
            let mut held = accounts.recover()?;
            let found = *held;
            let missing = missing(&held, total);
            held[1] += missing;
            Ok((missing > 0).then_some(found))
        }
        Err(other) => Err(other),
    }
}

fn missing(accounts: &[u32; 2], total: u32) -> u32 {
    total - accounts.iter().sum::<u32>()
}
