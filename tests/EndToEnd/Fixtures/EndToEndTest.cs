namespace Scalelab.EndToEnd.Fixtures;

/// <summary>Adds to a failed test what the daemon and the pods have to say about it.</summary>
public abstract class EndToEndTest(Lab lab) : IAsyncDisposable
{
    protected Lab Lab { get; } = lab;

    public async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(await Lab.DescribeAsync());
        }

        GC.SuppressFinalize(this);
    }
}
