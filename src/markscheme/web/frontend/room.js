// The room, live: rows follow the server's events; a lost connection is said.

const table = document.getElementById("room");
const live = document.getElementById("live");

const minutes = (milliseconds) => `${Math.floor(milliseconds / 60_000)} min`;

const events = new EventSource(table.dataset.events);
events.onmessage = ({ data }) => {
  for (const [sitting, state, left, saved, trouble] of JSON.parse(data)) {
    const row = table.querySelector(`[data-sitting="${CSS.escape(sitting)}"]`);
    if (!row) continue;
    const [, stateCell, leftCell, savedCell, troubleCell] = row.children;
    stateCell.textContent = state;
    leftCell.textContent = left === null ? "" : minutes(left);
    savedCell.textContent = saved === null ? "" : `${Math.floor(saved / 1000)} s ago`;
    troubleCell.textContent = trouble;
    row.classList.toggle("troubled", Boolean(trouble));
  }
  live.textContent = `Live: as of ${new Date().toLocaleTimeString()}`;
};
events.onerror = () => (live.textContent = "The connection is lost; trying again …");
