/// What is done about a store that is found damaged when it is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfDamaged {
    /// It is moved aside and a new one begun, so that a service goes on.
    SetAside,
    /// It is left as it is and refused. For commands: a service may be running
    /// on the same store.
    Refuse,
}
