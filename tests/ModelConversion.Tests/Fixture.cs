namespace Scalelab.ModelConversion.Tests;

/// <summary>Files beside the tests; Fixtures/make.js and make.py make them.</summary>
internal static class Fixture
{
    public static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "Fixtures", name);
}
