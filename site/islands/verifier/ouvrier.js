
// What follows is not made by wasm-bindgen: it answers the page, from a thread of its own.
onmessage = async ({ data: { rank, file, today, year } }) => {
  let report = null;
  try {
    await pret;
    report = JSON.parse(verifier(new Uint8Array(await file.arrayBuffer()), file.name, today, year));
  } catch (error) {
    console.error(error);
  }
  postMessage({ rank, report });
};
