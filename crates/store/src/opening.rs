/// What a store is opened for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    /// By a service, which is to go on whatever becomes of its store. No second one
    /// may open it meanwhile. A damaged store of ours is moved aside and a new one
    /// begun; one that cannot be had is tried again by [`market::Store::tend`].
    ToServe {
        /// Where the service can be reached, for whoever finds the store in use.
        at: String,
    },
    /// By a command, which says what is wrong and ends. Nothing is moved or mended:
    /// a service may be running on the same store.
    Once,
}
