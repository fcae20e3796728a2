//! What was asked of S3 and `DynamoDB`, counted as it is billed: each attempt of a request, and the units
//! that `DynamoDB` says it took. A refused transaction is billed too, and says nothing: it is not here.

use std::ops::Sub;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_sdk_dynamodb::operation::batch_get_item::{BatchGetItemInput, BatchGetItemOutput};
use aws_sdk_dynamodb::operation::get_item::{GetItemInput, GetItemOutput};
use aws_sdk_dynamodb::operation::query::{QueryInput, QueryOutput};
use aws_sdk_dynamodb::operation::transact_write_items::{
    TransactWriteItemsInput, TransactWriteItemsOutput,
};
use aws_sdk_dynamodb::types::{ConsumedCapacity, ReturnConsumedCapacity};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    AfterDeserializationInterceptorContextRef, BeforeSerializationInterceptorContextMut,
    BeforeTransmitInterceptorContextRef, Input, Output,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// What was asked until a moment.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Calls {
    /// Requests to S3 that write.
    pub puts: u64,
    /// Requests to S3 that read.
    pub gets: u64,
    /// What `DynamoDB` bills for writing.
    pub write_units: f64,
    /// What it bills for reading.
    pub read_units: f64,
}

impl Sub for Calls {
    type Output = Self;
    fn sub(self, before: Self) -> Self {
        Self {
            puts: self.puts - before.puts,
            gets: self.gets - before.gets,
            write_units: self.write_units - before.write_units,
            read_units: self.read_units - before.read_units,
        }
    }
}

/// Counts the calls of the clients of one process.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meter(Arc<Counters>);

/// Units are counted in halves: half of one is the least that is billed.
#[derive(Debug, Default)]
struct Counters {
    puts: AtomicU64,
    gets: AtomicU64,
    half_write_units: AtomicU64,
    half_read_units: AtomicU64,
}

impl Meter {
    pub(crate) fn read(&self) -> Calls {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let units = |counter: &AtomicU64| count(counter) as f64 / 2.0;
        let Counters { puts, gets, half_write_units, half_read_units } = &*self.0;
        Calls {
            puts: count(puts),
            gets: count(gets),
            write_units: units(half_write_units),
            read_units: units(half_read_units),
        }
    }

    fn took(counter: &AtomicU64, capacity: &[ConsumedCapacity]) {
        let units: f64 = capacity.iter().filter_map(ConsumedCapacity::capacity_units).sum();
        counter.fetch_add((units * 2.0).round() as u64, Ordering::Relaxed);
    }
}

impl Intercept for Meter {
    fn name(&self) -> &'static str {
        "Meter"
    }

    /// Asks `DynamoDB` to say what it bills.
    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        ask_capacity(context.input_mut());
        Ok(())
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request();
        // What is signed for somebody else is not sent.
        if request.uri().contains("X-Amz-Signature") {
            return Ok(());
        }
        // Every request to `DynamoDB` is a POST, and names what it asks in this header.
        if request.headers().get("x-amz-target").is_none() {
            let read = matches!(request.method(), "GET" | "HEAD");
            let counter = if read { &self.0.gets } else { &self.0.puts };
            counter.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Ok(output) = context.output_or_error() {
            self.count_capacity(output);
        }
        Ok(())
    }
}

fn ask_capacity(input: &mut Input) {
    let asked = Some(ReturnConsumedCapacity::Total);
    if let Some(input) = input.downcast_mut::<GetItemInput>() {
        input.return_consumed_capacity = asked;
    } else if let Some(input) = input.downcast_mut::<BatchGetItemInput>() {
        input.return_consumed_capacity = asked;
    } else if let Some(input) = input.downcast_mut::<QueryInput>() {
        input.return_consumed_capacity = asked;
    } else if let Some(input) = input.downcast_mut::<TransactWriteItemsInput>() {
        input.return_consumed_capacity = asked;
    }
}

impl Meter {
    fn count_capacity(&self, output: &Output) {
        let Counters { half_write_units: written, half_read_units: read, .. } = &*self.0;
        if let Some(output) = output.downcast_ref::<GetItemOutput>() {
            Self::took(read, output.consumed_capacity.as_slice());
        } else if let Some(output) = output.downcast_ref::<BatchGetItemOutput>() {
            Self::took(read, output.consumed_capacity());
        } else if let Some(output) = output.downcast_ref::<QueryOutput>() {
            Self::took(read, output.consumed_capacity.as_slice());
        } else if let Some(output) = output.downcast_ref::<TransactWriteItemsOutput>() {
            Self::took(written, output.consumed_capacity());
        }
    }
}
