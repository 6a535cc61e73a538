import { view, views } from "../model/views.ts";

export function Navigation() {
  return (
    <nav class="navigation" aria-label="Views">
      <ul>
        {views.map(({ id, title }) => (
          <li key={id}>
            <a href={`#${id}`} aria-current={view.value === id ? "page" : undefined}>
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
