// fail at others: the poison is taken away first, and what is wrong put right in a second step.
fn put_right(accounts: &Accounts, total: u32) -> Result<Option<[u32; 2]>, LockError> {
    drop(accounts.recover()?);
    accounts.update(|accounts| {
        let found = *accounts;
        accounts[1] = total - accounts[0];
        (found != *accounts).then_some(found)
    })
}
