//! Tables for data frames: Arrow's IPC stream and Parquet, of one schema.

mod batch;
mod ipc;
mod parquet;

pub(crate) use ipc::Ipc;
pub(crate) use parquet::Parquet;
