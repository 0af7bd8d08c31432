//! Tables for data frames: Arrow's IPC stream and file, and Parquet, of one schema.

mod batch;
mod ipc;
mod parquet;

pub(crate) use ipc::{Ipc, IpcFile};
pub(crate) use parquet::Parquet;
