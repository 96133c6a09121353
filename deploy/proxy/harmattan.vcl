# Harmattan behind Varnish, for many readers on one machine: /etc/varnish/default.vcl.
# TLS ends before it (hitch, nginx); Harmattan's validators and Cache-Control say
# how long what is fresh.
vcl 4.1;

backend harmattan {
    .host = "127.0.0.1";
    .port = "8025";
}

sub vcl_recv {
    # The token stands in the address, and answers differ from reader to reader.
    if (req.url ~ "^/private/") {
        return (pass);
    }
    if (req.url ~ "^/(healthz|readyz)$" || (req.method != "GET" && req.method != "HEAD")) {
        return (pass);
    }
    # Nobody is told apart by cookies.
    unset req.http.Cookie;
}

sub vcl_backend_response {
    # While Harmattan restarts, readers get what they had; validators are kept to
    # ask with.
    set beresp.grace = 6h;
    set beresp.keep = 1d;
}
