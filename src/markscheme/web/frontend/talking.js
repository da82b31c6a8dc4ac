// How pages talk to the server: JSON both ways, the token of the page, and errors that say what is wrong.

const TOO_LONG = 20_000;

/** The answer to a GET, or to a POST of `body`; raises an Error with a `status` (0 where no answer came). */
export async function send(address, body, signal) {
  const headers = { Accept: "application/json" };
  const options = { headers, keepalive: true, signal: AbortSignal.any([AbortSignal.timeout(TOO_LONG), ...(signal ? [signal] : [])]) };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    headers["X-CSRF-Token"] = document.querySelector('meta[name="csrf"]').content;
    const content = JSON.stringify(body);
    Object.assign(options, { method: "POST", body: content, keepalive: content.length < 60_000 });
  }
  let response;
  try {
    response = await fetch(address, options);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw Object.assign(new Error("the server does not answer"), { status: 0 });
  }
  const found = await response.json().catch(() => ({}));
  if (!response.ok) throw Object.assign(new Error(found.error ?? `the server says ${response.status}`), { status: response.status });
  return found;
}
