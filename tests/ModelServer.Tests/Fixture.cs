namespace Scalelab.ModelServer.Tests;

/// <summary>Files beside the tests; Fixtures/make.py makes them.</summary>
internal static class Fixture
{
    public static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "Fixtures", name);

    public static byte[] Read(string name) => File.ReadAllBytes(Path(name));

    /// <summary>A real photograph from beside the repository; the test is skipped where there are none.</summary>
    public static byte[] Photo(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Infra.sln")))
            {
                var path = System.IO.Path.Combine(folder.FullName, "..", "shared", "photos", name);
                Assert.SkipUnless(File.Exists(path), $"There is no {path}: the photographs are not part of the repository.");
                return File.ReadAllBytes(path);
            }
        }
        throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
