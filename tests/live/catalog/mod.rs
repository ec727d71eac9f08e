//! Tests of a catalog in a real browser, and of its client with a real TypeScript compiler.

mod client;
mod pages;

use definable_errors::catalog::Catalog;
use definable_errors::guard::{RoutePolicy, RouteTable};
use definable_errors::problem::{
    CONFLICT, ErrorStatus, JsonType, MemberSchema, MemberType, ProblemType, ProblemTypes, Types,
};

static ORDER_NOT_FOUND: ProblemType =
    ProblemType::new("order_not_found", ErrorStatus::NOT_FOUND, "Order not found")
        .with_documentation("The order does not exist. */ Look at `order_id`.")
        .with_members(&[MemberSchema::new("order_id", u64::TYPE).required()]);

static ORDER_SHIPPED: ProblemType =
    ProblemType::new("order_shipped", ErrorStatus::CONFLICT, "Order shipped")
        .with_documentation("The order has left the house.")
        .with_headers(&["X-Carrier"])
        .with_members(&[
            MemberSchema::new("carrier", JsonType::OneOf(&["dhl", "ups"])).required(),
            MemberSchema::new("parcels", <Vec<Option<String>>>::TYPE).required(),
            MemberSchema::new("weights", JsonType::Map(&JsonType::Number)),
        ]);

static WAREHOUSE_CLOSED: ProblemType =
    ProblemType::new("warehouse_closed", ErrorStatus::SERVICE_UNAVAILABLE, "Warehouse closed")
        .with_documentation("The warehouse is closed. It opens at eight.");

/// The problem types of the routes.
enum Problems {}

impl ProblemTypes for Problems {
    const TYPES: Types = Types {
        own: &[&ORDER_NOT_FOUND, &ORDER_SHIPPED, &WAREHOUSE_CLOSED, &CONFLICT],
        others: &[],
    };
}

fn catalog() -> Catalog {
    let route = RoutePolicy::raw("the orders").with_problem_types(Problems::TYPES).below("/orders");
    let table: RouteTable = [route].into_iter().collect();
    Catalog::new().with_table(&table).with_routes()
}
