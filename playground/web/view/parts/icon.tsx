/** SVG paths on a grid of 24, drawn in the colour of the text. */
const paths = {
  seal: "M7 11V8a5 5 0 0 1 10 0v3M5 11h14v10H5z",
  lock: "M7 11V8a5 5 0 0 1 10 0v3M5 11h14v10H5zM12 15v2",
  unlock: "M7 11V7a5 5 0 0 1 9.6-2M5 11h14v10H5zM12 15v2",
  hash: "M9 4 7 20M17 4l-2 16M4 9h16M4 15h16",
  eye: "M2 12s3.6-6.5 10-6.5S22 12 22 12s-3.6 6.5-10 6.5S2 12 2 12zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M19 5l-2 2M7 17l-2 2",
  moon: "M20 14.5A8.5 8.5 0 1 1 9.500 4a7 7 0 0 0 10.500 10.500z",
  alert: "M12 3 2 20h20zM12 10v4.500M12 17v.5",
  copy: "M9 9h11v12H9zM15 9V3H4v12h5",
  check: "M4 12.500 9.500 18 20 6.500",
  plus: "M12 5v14M5 12h14",
  close: "M6 6l12 12M18 6 6 18",
  arrow: "M4 12h16M14 6l6 6-6 6",
  file: "M6 2h8l5 5v15H6zM14 2v5h5",
  key: "M14.500 4a5.500 5.500 0 1 0 0 11 5.500 5.500 0 0 0 0-11zM10.500 13.500 3 21M6 18l2.500 2.500",
  enlarge: "M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7",
  shrink: "M20 10h-6V4M14 10l7-7M4 14h6v6M10 14l-7 7",
  send: "M3 12 21 4l-6 17-4-7z",
} as const;

export type IconName = keyof typeof paths;

/** A decorative icon beside a text. Hidden from screen readers. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
