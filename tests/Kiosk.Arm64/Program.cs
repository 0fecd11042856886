using System.Reflection;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

// Runs the tests of an assembly in this process, without a test host that is started over a socket: for qemu-user (run.sh).
// Arguments: the assembly, then the beginnings of the full names of the test classes to run.
string file = Path.GetFullPath(args[0]);
string[] wanted = args[1..];
AssemblyName name = AssemblyName.GetAssemblyName(file);
_ = Assembly.LoadFrom(file);
using Sink diagnostics = new();
using XunitTestFramework framework = new(diagnostics);
ITestFrameworkDiscoverer discoverer = framework.GetDiscoverer(Reflector.Wrap(Assembly.Load(name)));
using Sink found = new();
discoverer.Find(includeSourceInformation: false, found, new Options());
found.Finished.Wait();
ITestCase[] cases = [.. found.Cases.Where(c => wanted.Any(w =>
    c.TestMethod.TestClass.Class.Name.StartsWith(w, StringComparison.Ordinal)))];
using Sink results = new();
ITestFrameworkExecutor executor = framework.GetExecutor(name);
executor.RunTests(cases, results, new Options());
results.Finished.Wait();
Console.WriteLine($"{results.Passed} passed, {results.Failed} failed, {results.Skipped} skipped");
return results.Failed > 0 || results.Passed == 0 ? 1 : 0;

/// <summary>Collects test cases and counts results.</summary>
internal sealed class Sink : LongLivedMarshalByRefObject, IMessageSink, IDisposable
{
    public List<ITestCase> Cases { get; } = [];

    public ManualResetEventSlim Finished { get; } = new(false);

    public int Passed { get; private set; }

    public int Failed { get; private set; }

    public int Skipped { get; private set; }

    public bool OnMessage(IMessageSinkMessage message)
    {
        lock (Cases)
        {
            switch (message)
            {
                case ITestCaseDiscoveryMessage discovered: Cases.Add(discovered.TestCase); break;
                case ITestPassed: Passed++; break;
                case ITestSkipped: Skipped++; break;
                // A skip of SkippableFact arrives as a failure with this exception.
                case ITestFailed failed when failed.ExceptionTypes[0] == "Xunit.SkipException": Skipped++; break;
                case ITestFailed failed:
                    Failed++;
                    Console.WriteLine($"Failed {failed.Test.DisplayName}: {failed.ExceptionTypes[0]}: {failed.Messages[0].Split('\n')[0]}");
                    break;
                case IErrorMessage error:
                    Failed++;
                    Console.WriteLine($"Failed: {error.ExceptionTypes[0]}: {error.Messages[0]}");
                    break;
                case IDiscoveryCompleteMessage or ITestAssemblyFinished: Finished.Set(); break;
            }
        }

        return true;
    }

    public void Dispose() => Finished.Dispose();
}

/// <summary>Options as xunit's runners give them; what is not set is the default.</summary>
internal sealed class Options : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
{
    private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal)
    {
        ["xunit.execution.DisableParallelization"] = true,
    };

    public TValue GetValue<TValue>(string name) => _values.TryGetValue(name, out object? value) ? (TValue)value! : default!;

    public void SetValue<TValue>(string name, TValue value) => _values[name] = value;
}
