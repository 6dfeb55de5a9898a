//! The endpoint over HTTP, on loopback alone: whoever reaches the port may read what it serves.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;

use super::Fleet;
use super::reply::Reply;

/// The longest request body that is taken, in bytes: a state that Terraform writes.
const LONGEST_BODY: usize = 64 << 20;

/// A port of this machine on which the endpoint is about to be served.
#[derive(Debug)]
pub struct Listening {
    listener: TcpListener,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Listening {
    /// Takes a loopback port; 0 is any that is free.
    ///
    /// # Errors
    /// Where the port cannot be had.
    pub async fn on(port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// Serves until this future is dropped. `latency`: how long each answer is kept back.
    pub async fn serve(self, fleet: Arc<Fleet>, latency: Duration) {
        loop {
            let Ok((stream, _)) = self.listener.accept().await else {
                // Out of file descriptors, or a client that left before it was accepted: the next one may fare better.
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            };
            // Small answers, each written at once: waiting to fill a packet would only delay them.
            let _ = stream.set_nodelay(true);
            let fleet = Arc::clone(&fleet);
            tokio::spawn(async move {
                let service = service_fn(move |request| {
                    let fleet = Arc::clone(&fleet);
                    async move { answer(&fleet, request, latency).await }
                });
                let connection =
                    http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
                // A client that goes away, and a connection broken on order, end here alike.
                let _ = connection.await;
            });
        }
    }
}

/// The connection is to break.
#[derive(Debug, thiserror::Error)]
#[error("the connection is broken on order")]
struct Broken;

async fn answer(fleet: &Fleet, request: Request<Incoming>, latency: Duration) -> Result<Response<Full<Bytes>>, Broken> {
    let (head, body) = request.into_parts();
    let body = http_body_util::Limited::new(body, LONGEST_BODY).collect().await.map_err(|_| Broken)?.to_bytes();
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    match fleet.answer(&Request::from_parts(head, body)) {
        Reply::Answer(response) => Ok(response.map(Full::new)),
        Reply::Silence => {
            let never: Infallible = std::future::pending().await;
            match never {}
        }
        Reply::Broken => Err(Broken),
    }
}
