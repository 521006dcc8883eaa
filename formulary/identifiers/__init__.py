"""Product codes as scanners and labels give them: GS1 element strings, GTIN, NDC. Pure parsing: exact, or refused."""
