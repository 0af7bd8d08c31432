//! Tables for data frames: Arrow's IPC stream and Parquet, of one schema.

mod batch;
mod ipc;
mod parquet;

pub(super) use ipc::Ipc;
pub(super) use parquet::Parquet;
