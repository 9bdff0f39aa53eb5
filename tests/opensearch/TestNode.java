import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.apache.lucene.analysis.Analyzer;
import org.opensearch.Version;
import org.opensearch.analysis.common.CommonAnalysisModulePlugin;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.analysis.AnalyzerProvider;
import org.opensearch.index.analysis.PreBuiltAnalyzerProviderFactory;
import org.opensearch.index.mapper.MapperExtrasModulePlugin;
import org.opensearch.index.reindex.ReindexModulePlugin;
import org.opensearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.painless.PainlessModulePlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.PluginInfo;
import org.opensearch.transport.Netty4ModulePlugin;

/**
 * One node with those modules of a distribution that the program needs. Each argument is a setting, NAME=VALUE.
 * The node ends with its standard input, so that none is left when the tests are killed.
 */
public final class TestNode extends Node {
    private static final Stream<Class<? extends Plugin>> MODULES = Stream.of(
            Netty4ModulePlugin.class, Analysis.class, PainlessModulePlugin.class,
            MapperExtrasModulePlugin.class, ReindexModulePlugin.class);

    /** Without Thai: each index makes all analyzers, and small Java runtimes do not know where Thai words end. */
    public static final class Analysis extends CommonAnalysisModulePlugin {
        @Override
        public Map<String, AnalysisProvider<AnalyzerProvider<? extends Analyzer>>> getAnalyzers() {
            Map<String, AnalysisProvider<AnalyzerProvider<? extends Analyzer>>> all = new TreeMap<>(super.getAnalyzers());
            all.remove("thai");
            return all;
        }

        @Override
        public List<PreBuiltAnalyzerProviderFactory> getPreBuiltAnalyzerProviderFactories() {
            return super.getPreBuiltAnalyzerProviderFactories().stream()
                    .filter(factory -> !factory.getName().equals("thai")).toList();
        }
    }

    private TestNode(Settings settings) {
        super(InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "node"),
                MODULES.map(TestNode::onTheClassPath).toList(), true);
    }

    private static PluginInfo onTheClassPath(Class<? extends Plugin> module) {
        String name = module.getName();
        return new PluginInfo(name, "", "", Version.CURRENT, "21", name, null, List.of(), false);
    }

    public static void main(String[] arguments) throws Exception {
        Settings.Builder settings = Settings.builder();
        for (String argument : arguments) {
            String[] parts = argument.split("=", 2);
            settings.put(parts[0], parts[1]);
        }
        try (Node node = new TestNode(settings.build())) {
            node.start();
            while (System.in.read() >= 0) { }
        }
        System.exit(0);
    }
}
