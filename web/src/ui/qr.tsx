/** A QR code the server has drawn. As an image it stays a picture: nothing in it runs. */
export function Qr({ svg, alt }: { svg: string; alt: string }) {
  return (
    <img class="qr" src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`} alt={alt} data-testid="qr" />
  );
}
